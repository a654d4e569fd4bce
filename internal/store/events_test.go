package store

import (
	"testing"

	"roster"
)

func TestRecordsAreThoseOfTheUserNewestFirst(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ada := roster.Actor{Type: roster.ActorUser, ID: "ada", Name: "Ada", Email: "ada@x.example", IP: "203.0.113.7", Country: "de", UserAgent: "Agent/1"}
		key := roster.Actor{Type: roster.ActorKey, ID: "ada"} // a key that is named like the user
		records := []*roster.Record{
			{Event: "create", Audit: "user.create", UserID: "ada", Actor: key},
			{Event: "update.name", Audit: "user.update", UserID: "bob", Actor: ada, Changes: `{"name":["",""]}`},
			{Event: "update.prefs", Audit: "user.update", UserID: "ada", Actor: ada},
			{Event: "delete", Audit: "user.delete", UserID: "cem", Actor: key},
			{Event: "sessions.[sessionId].create", Audit: "session.create", UserID: "ada", Resource: "S1", Actor: key},
		}
		for _, r := range records {
			write(t, s, func(tx Tx) error { return tx.Record(home, r) })
		}
		write(t, s, func(tx Tx) error { return tx.Record(other, &roster.Record{UserID: "ada"}) })

		list := func(since, limit, offset int64) []roster.Record {
			list, err := s.Records(t.Context(), home, "ada", since, limit, offset)
			wantError(t, nil, err)
			return list
		}
		wantEqual(t, []roster.Record{*records[4], *records[2], *records[1], *records[0]}, list(0, 25, 0))
		wantEqual(t, []roster.Record{*records[2], *records[1]}, list(0, 2, 1))
		wantEqual(t, []roster.Record{*records[4], *records[2]}, list(records[2].Seq, 25, 0))
		for since, want := range map[int64]int64{0: 4, records[2].Seq: 2, records[4].Seq + 1: 0} {
			n, err := s.CountRecords(t.Context(), home, "ada", since)
			wantError(t, nil, err)
			wantEqual(t, want, n)
		}
	})
}

func TestRecordIsOfTheMomentOfItsTransaction(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		write(t, s, func(tx Tx) error {
			r := roster.Record{UserID: "ada", Time: 1, Seq: 1}
			err := tx.Record(home, &r)
			wantEqual(t, tx.Now, r.Time)
			wantEqual(t, int64(tx.Now), r.Seq>>20)
			return err
		})
	})
}
