package directory

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"roster"
	"roster/internal/query"
	"roster/internal/store"
)

// clubs does the same to the teams of a project and to a model of them, written
// from companion section 9.
type clubs struct {
	bench  *bench
	by     Caller
	people []*clubber
	teams  map[string]*club
}

type clubber struct{ id, email, phone, name string }

type club struct {
	name    string
	members []*seat // in order of creation
}

type seat struct {
	id, user  string
	confirmed bool
	roles     []string
}

var (
	someTeams = []string{"red", "blue", "green"}
	someRoles = []string{"owner", "editor", "guest"}
)

// TestTeamsBehaveAsAModelOfTheContract runs random sequences of everything that
// changes a membership and compares members, roles and totals after each.
func TestTeamsBehaveAsAModelOfTheContract(t *testing.T) {
	b := newBench(t)
	rapid.Check(t, func(t *rapid.T) {
		m := newClubs(t, b)
		t.Repeat(rapid.StateMachineActions(m))
		if err := b.DeleteProject(context.Background(), m.by.Project.ID); err != nil {
			t.Fatal(err)
		}
	})
}

func newClubs(t *rapid.T, b *bench) *clubs {
	b.projects++
	p, err := b.CreateProject(context.Background(), fmt.Sprintf("p%d", b.projects), "clubs")
	if err != nil {
		t.Fatal(err)
	}
	return &clubs{bench: b, by: Caller{Project: p, Actor: roster.Actor{Type: roster.ActorKey}}, teams: make(map[string]*club)}
}

// team is the id of a team, which there may not be.
func (m *clubs) team(t *rapid.T) (string, *club, error) {
	m.bench.ms.Add(1)
	id := draw(t, "team", someTeams)
	if m.teams[id] == nil {
		return id, nil, roster.ErrTeamNotFound
	}
	return id, m.teams[id], nil
}

func (m *clubs) with(is func(*clubber) bool) *clubber {
	if i := slices.IndexFunc(m.people, is); i >= 0 {
		return m.people[i]
	}
	return nil
}

func (m *clubs) CreateUser(t *rapid.T) {
	want := &clubber{id: draw(t, "id", []string{"ada", "bob", "cem"}), email: draw(t, "email", someEmails), phone: draw(t, "phone", somePhones)}
	_, err := m.bench.CreateUser(t.Context(), m.by, NewUser{ID: want.id, Email: want.email, Phone: want.phone})
	taken := m.with(func(u *clubber) bool {
		return u.id == want.id || want.email != "" && u.email == want.email || want.phone != "" && u.phone == want.phone
	})
	if wantSameError(t, wantIf(taken != nil, roster.ErrUserExists), err) {
		m.people = append(m.people, want)
	}
}

func wantIf(wrong bool, err error) error {
	if wrong {
		return err
	}
	return nil
}

func (m *clubs) DeleteUser(t *rapid.T) {
	ids := []string{"nobody"}
	for _, u := range m.people {
		ids = append(ids, u.id)
	}
	id := draw(t, "user", ids)
	known := m.with(func(u *clubber) bool { return u.id == id })
	if !wantSameError(t, wantIf(known == nil, roster.ErrUserNotFound), m.bench.DeleteUser(t.Context(), m.by, id)) {
		return
	}
	m.people = slices.DeleteFunc(m.people, func(u *clubber) bool { return u == known })
	for _, c := range m.teams {
		c.members = slices.DeleteFunc(c.members, func(s *seat) bool { return s.user == id })
	}
}

func (m *clubs) CreateTeam(t *rapid.T) {
	id, known, _ := m.team(t)
	got, err := m.bench.CreateTeam(t.Context(), m.by, id, "Club")
	if wantSameError(t, wantIf(known != nil, roster.ErrTeamExists), err) {
		m.teams[id] = &club{name: got.Name}
	}
}

func (m *clubs) RenameTeam(t *rapid.T) {
	id, known, missing := m.team(t)
	name := draw(t, "name", someNames[1:])
	if _, err := m.bench.RenameTeam(t.Context(), m.by, id, name); wantSameError(t, missing, err) {
		known.name = name
	}
}

func (m *clubs) DeleteTeam(t *rapid.T) {
	id, _, missing := m.team(t)
	if wantSameError(t, missing, m.bench.DeleteTeam(t.Context(), m.by, id)) {
		delete(m.teams, id)
	}
}

func (m *clubs) roles(t *rapid.T) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(someRoles), 0, 3, rapid.ID[string]).Draw(t, "roles")
}

// Invite stores a membership that waits for its user, which no endpoint makes.
func (m *clubs) Invite(t *rapid.T) {
	id, known, _ := m.team(t)
	user := m.with(func(u *clubber) bool {
		return known != nil && !slices.ContainsFunc(known.members, func(s *seat) bool { return s.user == u.id })
	})
	if user == nil {
		return
	}
	s := &seat{id: m.bench.newID(), user: user.id, roles: m.roles(t)}
	err := m.bench.Store.Write(t.Context(), func(tx store.Tx) error {
		return tx.CreateMembership(m.by.Project.Number, &roster.Membership{ID: s.id, TeamID: id, UserID: s.user, Roles: s.roles, CreatedAt: tx.Now, UpdatedAt: tx.Now})
	})
	if err != nil {
		t.Fatal(err)
	}
	known.members = append(known.members, s)
}

func (m *clubs) CreateMembership(t *rapid.T) {
	id, known, err := m.team(t)
	n := NewMembership{TeamID: id, Roles: m.roles(t), Name: draw(t, "name", someNames)}
	n.UserID, n.Email, n.Phone = draw(t, "user", []string{"", "ada", "bob", "nobody"}), draw(t, "email", someEmails), draw(t, "phone", somePhones)
	if n.UserID == "" && n.Email == "" && n.Phone == "" {
		return
	}
	user, place, want := m.join(known, n)
	got, failed := m.bench.CreateMembership(t.Context(), m.by, n)
	if !wantSameError(t, cmp.Or(err, want), failed) {
		return
	}
	if user.id == "" {
		user.id = got.UserID
		m.people = append(m.people, user)
	}
	if place.user = user.id; place.id == "" {
		place.id = got.ID
		known.members = append(known.members, place)
	}
	place.confirmed = true
	if got.ID != place.id || got.UserID != user.id || got.Member.Email != user.email || got.Member.Phone != user.phone || got.Member.Name != user.name || got.TeamName != known.name {
		t.Fatalf("the membership is %+v, want that of %+v", got, user)
	}
}

// join is the user and the membership that are wanted, without ids if they are
// new, or an error.
func (m *clubs) join(c *club, n NewMembership) (*clubber, *seat, error) {
	u := m.with(func(u *clubber) bool {
		switch {
		case n.UserID != "":
			return u.id == n.UserID
		case n.Email != "":
			return u.email == n.Email
		}
		return u.phone == n.Phone
	})
	switch {
	case u == nil && n.UserID != "":
		return nil, nil, roster.ErrUserNotFound
	case u == nil && n.Phone != "" && m.with(func(u *clubber) bool { return u.phone == n.Phone }) != nil:
		return nil, nil, roster.ErrUserExists
	case u == nil:
		return &clubber{email: n.Email, phone: n.Phone, name: cmp.Or(n.Name, n.Email)}, &seat{roles: n.Roles}, nil
	case n.Email != "" && u.email != n.Email || n.Phone != "" && u.phone != n.Phone:
		return nil, nil, roster.ErrUserExists
	case c == nil:
		return nil, nil, nil // there is no team
	}
	i := slices.IndexFunc(c.members, func(s *seat) bool { return s.user == u.id })
	switch {
	case i < 0:
		return u, &seat{roles: n.Roles}, nil
	case c.members[i].confirmed:
		return nil, nil, roster.ErrConfirmed
	}
	return u, c.members[i], nil
}

// member is the id of a membership, perhaps of another team or of none.
func (m *clubs) member(t *rapid.T) (string, *club, *seat) {
	ids := []string{"none"}
	clubOf, seatOf := make(map[string]*club), make(map[string]*seat)
	for _, team := range slices.Sorted(maps.Keys(m.teams)) {
		for _, s := range m.teams[team].members {
			ids = append(ids, s.id)
			clubOf[s.id], seatOf[s.id] = m.teams[team], s
		}
	}
	id := draw(t, "membership", ids)
	return id, clubOf[id], seatOf[id]
}

func (m *clubs) SetRoles(t *rapid.T) {
	team, known, missing := m.team(t)
	id, of, place := m.member(t)
	roles := m.roles(t)
	want := cmp.Or(missing, wantIf(place == nil, roster.ErrMembership), wantIf(of != known, roster.ErrTeamMismatch))
	if _, err := m.bench.SetRoles(t.Context(), m.by, team, id, roles); wantSameError(t, want, err) {
		place.roles = roles
	}
}

func (m *clubs) DeleteMembership(t *rapid.T) {
	team, known, missing := m.team(t)
	id, of, place := m.member(t)
	want := cmp.Or(wantIf(place == nil, roster.ErrInviteNotFound), missing, wantIf(of != known, roster.ErrTeamMismatch))
	if wantSameError(t, want, m.bench.DeleteMembership(t.Context(), m.by, team, id)) {
		known.members = slices.DeleteFunc(known.members, func(s *seat) bool { return s == place })
	}
}

// Check compares everything that can be read with the model.
func (m *clubs) Check(t *rapid.T) {
	n, err := m.bench.Store.CountTeams(t.Context(), m.by.Project.Number, store.Page{})
	if err != nil || n != int64(len(m.teams)) {
		t.Fatalf("there are %d teams, want %d, error %v", n, len(m.teams), err)
	}
	of := make(map[string][]string)
	for id, c := range m.teams {
		m.checkTeam(t, id, c)
		for _, s := range c.members {
			if s.confirmed {
				of[s.user] = append(of[s.user], id)
			}
		}
	}
	for _, u := range m.people {
		seen, _, err := m.bench.Teams(t.Context(), Caller{Project: m.by.Project, user: &roster.User{ID: u.id}}, page(""), false)
		got := []string{}
		for _, team := range seen {
			got = append(got, team.ID)
		}
		slices.Sort(got)
		slices.Sort(of[u.id])
		if err != nil || !slices.Equal(got, of[u.id]) {
			t.Fatalf("%s sees the teams %q, want %q, error %v", u.id, got, of[u.id], err)
		}
	}
}

func (m *clubs) checkTeam(t *rapid.T, id string, c *club) {
	team, err := m.bench.Team(t.Context(), m.by, id)
	if err != nil {
		t.Fatal(err)
	}
	counted, err := m.bench.Store.CountMemberships(t.Context(), m.by.Project.Number, asked(t, id, `{"method":"equal","attribute":"confirm","values":[true]}`))
	if err != nil || team.Total != counted || team.Name != c.name {
		t.Fatalf("the total of %+v is %d by count, error %v", team, counted, err)
	}
	list, n, err := m.bench.TeamMemberships(t.Context(), m.by, page(id), true)
	if err != nil || n != int64(len(c.members)) {
		t.Fatalf("%s has %d memberships, want %d, error %v", id, n, len(c.members), err)
	}
	var got, want []string
	for i, s := range c.members {
		want = append(want, fmt.Sprint(s.id, s.user, s.confirmed, s.roles))
		got = append(got, fmt.Sprint(list[i].ID, list[i].UserID, list[i].Confirmed, list[i].Roles))
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Fatalf("the memberships of %s (-want +got):\n%s", id, diff)
	}
	for _, role := range someRoles {
		with := 0
		for _, s := range c.members {
			if slices.Contains(s.roles, role) {
				with++
			}
		}
		n, err := m.bench.Store.CountMemberships(t.Context(), m.by.Project.Number, asked(t, id, `{"method":"contains","attribute":"roles","values":["`+role+`"]}`))
		if err != nil || n != int64(with) {
			t.Fatalf("%d of %s are %s, want %d, error %v", n, id, role, with, err)
		}
	}
}

// page is the whole list, of a team if one is named.
func page(team string) store.Page {
	return store.Page{Query: query.Query{Limit: 1000}, TeamID: team}
}

func asked(t *rapid.T, team, wire string) store.Page {
	q, err := query.Parse([]string{wire}, query.Memberships)
	if err != nil {
		t.Fatal(err)
	}
	return store.Page{Query: q, TeamID: team}
}

// project makes one with settings of its own, for a caller with a key.
func (b *bench) project(t *testing.T) Caller {
	t.Helper()
	b.projects++
	p, err := b.CreateProject(t.Context(), fmt.Sprintf("p%d", b.projects), "p")
	if err != nil {
		t.Fatal(err)
	}
	return Caller{Project: p, Actor: roster.Actor{Type: roster.ActorKey}}
}

// Of many who invite the same address at once, one makes the user and the
// membership, and the others learn that it is done.
func TestOfManyInvitationsOneMakesTheMember(t *testing.T) {
	b := newBench(t)
	by := b.project(t)
	for _, id := range []string{"red", "blue"} {
		if _, err := b.CreateTeam(t.Context(), by, id, id); err != nil {
			t.Fatal(err)
		}
	}
	const each = 16
	failed := make(chan error, 2*each)
	var group sync.WaitGroup
	for i := range 2 * each {
		group.Go(func() {
			_, err := b.CreateMembership(t.Context(), by, NewMembership{TeamID: []string{"red", "blue"}[i%2], Email: "ada@x.example", Roles: []string{}})
			failed <- err
		})
	}
	group.Wait()
	close(failed)
	won := 0
	for err := range failed {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, roster.ErrConfirmed):
			t.Errorf("the error is %v", err)
		}
	}
	users, err := b.Store.UserCount(t.Context(), by.Project.Number)
	red, err2 := b.Team(t.Context(), by, "red")
	blue, err3 := b.Team(t.Context(), by, "blue")
	if won != 2 || users != 1 || red.Total != 1 || blue.Total != 1 || errors.Join(err, err2, err3) != nil {
		t.Errorf("%d succeeded, there are %d users and the totals %d and %d: %v", won, users, red.Total, blue.Total, errors.Join(err, err2, err3))
	}
}

// Members come and go all at once, with the users and teams they belong to.
func TestTotalsStayExactInACrowd(t *testing.T) {
	b := newBench(t)
	by := b.project(t)
	for _, id := range someTeams {
		if _, err := b.CreateTeam(t.Context(), by, id, id); err != nil {
			t.Fatal(err)
		}
	}
	tolerated := []error{roster.ErrConfirmed, roster.ErrUserNotFound, roster.ErrTeamNotFound, roster.ErrInviteNotFound, roster.ErrTeamExists, roster.ErrUserExists}
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for i := range 40 {
				n := worker*13 + i*7
				team, user := someTeams[n%3], fmt.Sprintf("u%d", n%5)
				var m roster.Membership
				var err error
				switch n % 6 {
				case 0, 1:
					_, err = b.CreateUser(t.Context(), by, NewUser{ID: user})
				case 2, 3:
					m, err = b.CreateMembership(t.Context(), by, NewMembership{TeamID: team, UserID: user})
					if err == nil && i%3 == 0 {
						err = b.DeleteMembership(t.Context(), by, team, m.ID)
					}
				case 4:
					err = b.DeleteUser(t.Context(), by, user)
				case 5:
					if err = b.DeleteTeam(t.Context(), by, team); err == nil || i%2 == 0 {
						_, err = b.CreateTeam(t.Context(), by, team, team)
					}
				}
				if err != nil && !slices.ContainsFunc(tolerated, func(known error) bool { return errors.Is(err, known) }) {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	for _, id := range someTeams {
		team, err := b.Team(t.Context(), by, id)
		if errors.Is(err, roster.ErrTeamNotFound) {
			continue
		}
		n, err2 := b.Store.CountMemberships(t.Context(), by.Project.Number, page(id))
		if err != nil || err2 != nil || team.Total != n {
			t.Errorf("the total of %s is %d, by count %d: %v %v", id, team.Total, n, err, err2)
		}
	}
}

// What is gone is in its record, and a change in both its values.
func TestRecordsOfTeamsTellWhatChanged(t *testing.T) {
	b := newBench(t)
	by := b.project(t)
	_, err := b.CreateTeam(t.Context(), by, "red", "Red")
	m, err2 := b.CreateMembership(t.Context(), by, NewMembership{TeamID: "red", Email: "ada@x.example", Roles: []string{"owner"}})
	_, err3 := b.RenameTeam(t.Context(), by, "red", "Reds")
	_, err4 := b.SetRoles(t.Context(), by, "red", m.ID, []string{"guest"})
	err5 := b.DeleteMembership(t.Context(), by, "red", m.ID)
	err6 := b.DeleteTeam(t.Context(), by, "red")
	if err := errors.Join(err, err2, err3, err4, err5, err6); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, about := range []string{"", m.UserID} {
		records, err := b.Store.Records(t.Context(), by.Project.Number, about, 0, 100, 0)
		if err != nil {
			t.Fatal(err)
		}
		slices.Reverse(records)
		for _, r := range records {
			got = append(got, strings.TrimSpace(fmt.Sprint(r.Event, " ", strings.ReplaceAll(r.Resource, m.ID, "M"), " ", masked(r.Changes, m))))
		}
	}
	want := []string{
		`teams.[teamId].create red`,
		`teams.[teamId].update red {"name":["Red","Reds"]}`,
		`teams.[teamId].delete red {"$createdAt":"2026-03-04T08:15:30.000+00:00","$id":"red","name":"Reds","total":0}`,
		`create`,
		`teams.[teamId].memberships.[membershipId].create M`,
		`teams.[teamId].memberships.[membershipId].update M {"roles":[["owner"],["guest"]]}`,
		`teams.[teamId].memberships.[membershipId].delete M {"$createdAt":"2026-03-04T08:15:30.000+00:00","$id":"M","confirm":true,"roles":["guest"],"teamId":"red","userId":"U"}`,
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func masked(text string, m roster.Membership) string {
	return strings.NewReplacer(m.ID, "M", m.UserID, "U").Replace(text)
}
