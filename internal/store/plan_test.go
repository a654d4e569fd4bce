package store

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"roster"
	"roster/internal/query"
)

// plansOf explains the statements that do is the first to run.
func plansOf(t *testing.T, s *Store, do func() error) []string {
	t.Helper()
	known := slices.Concat(s.cache.(*statements).texts(), s.lists.(*statements).texts(), s.writes.(*writer).cache.texts())
	if err := do(); err != nil {
		t.Fatal(err)
	}
	var plans []string
	for _, text := range slices.Concat(s.cache.(*statements).texts(), s.lists.(*statements).texts(), s.writes.(*writer).cache.texts()) {
		if !slices.Contains(known, text) && explained.MatchString(text) {
			plans = append(plans, explain(t, s, text))
		}
	}
	if len(plans) == 0 {
		t.Fatal("nothing new was prepared")
	}
	return plans
}

var explained = regexp.MustCompile(`^(select|update|delete) `)

var placeholder = regexp.MustCompile(`\$\d+`)

func explain(t *testing.T, s *Store, text string) string {
	t.Helper()
	used := make(map[string]bool)
	for _, p := range placeholder.FindAllString(text, -1) {
		used[p] = true
	}
	rows, err := s.read.QueryContext(t.Context(), "explain query plan "+text, make([]any, len(used))...)
	lines, err := collect(rows, err, func(r row) (line string, err error) {
		var ignored any
		return line, r.Scan(&ignored, &ignored, &ignored, &line)
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// A scan of "page" reads what the statement has selected, and is as long as the
// page.
var fullScan = regexp.MustCompile(`(?m)^SCAN (users|targets|sessions|tokens|identities|memberships|membership_roles|teams|keys|events|authenticators|challenges|flows|deliveries|providers|user_labels|providers)\b.*$`)

func TestFrequentReadsUseTheirIndex(t *testing.T) {
	onSQLite(t, func(t *testing.T, s *Store) {
		crew(t, s)
		ctx := t.Context()
		list := func(schema query.Schema, user string, queries ...string) Page {
			page := asked(t, schema, queries...)
			page.UserID = user
			return page
		}
		users := func(queries ...string) func() error {
			return func() error { _, err := s.Users(ctx, home, list(query.Users, "", queries...)); return err }
		}
		ofTeam := func(queries ...string) Page {
			page := asked(t, query.Memberships, queries...)
			page.TeamID = "x"
			return page
		}
		within := func(read func(Tx) error) func() error {
			return func() error { return s.Write(ctx, read) }
		}
		cases := []struct {
			name  string
			index string // by which the rows are found
			do    func() error
		}{
			{"user by id", "users USING INDEX users_id (project=? AND <expr>=?)", func() error { _, err := s.User(ctx, home, "Ada"); return err }},
			{"user by email", "users USING INDEX users_email (project=? AND email=?)", func() error { _, err := s.UserByEmail(ctx, home, "ada@analytical.example"); return err }},
			{"user by phone", "users USING INDEX users_phone (project=? AND phone=?)", func() error { _, err := s.UserByPhone(ctx, home, "+442079460000"); return err }},
			{"user within a write", "users USING INDEX users_id (project=? AND <expr>=?)", within(func(tx Tx) error { _, err := tx.User(home, "Ada"); return err })},
			{"credentials", "users USING INDEX users_id (project=? AND <expr>=?)", func() error { _, err := s.Credentials(ctx, home, "Ada"); return err }},
			{"the default list", "users USING INDEX sqlite_autoindex_users_1 (project=?)", users()},
			{"the list backwards", "users USING INDEX sqlite_autoindex_users_1 (project=?)", users(q("orderDesc", ""))},
			{"the list after a cursor", "users USING INDEX sqlite_autoindex_users_1 (project=? AND seq>?)", users(q("cursorAfter", "", "Ada"))},
			{"the list before a cursor", "users USING INDEX sqlite_autoindex_users_1 (project=? AND seq<?)", users(q("cursorBefore", "", "dee"))},
			{"the list by creation", "users USING INDEX users_created_at (project=?)", users(q("orderDesc", "$createdAt"))},
			{"the list by name", "users USING INDEX users_name (project=?)", users(q("orderAsc", "name"))},
			{"some ids", "users USING INDEX users_id (project=? AND <expr>=?)", users(q("equal", "$id", "Ada", "bob"))},
			{"one email", "users USING INDEX users_email (project=? AND email=?)", users(q("equal", "email", "ada@analytical.example"))},
			{"a label", "user_labels USING COVERING INDEX sqlite_autoindex_user_labels_1 (project=? AND label=?)", users(q("contains", "labels", "vip"))},
			{"a search", "user_words VIRTUAL TABLE INDEX 64:M", func() error { _, err := s.Users(ctx, home, searching("ada")); return err }},
			{"a part of a name", "user_trigrams VIRTUAL TABLE INDEX 64:M", users(q("contains", "name", "love"))},
			{"how many recent ones are blocked", "users USING COVERING INDEX users_", func() error {
				_, err := s.CountUsers(ctx, home, list(query.Users, "", q("equal", "status", false), q("greaterThan", "registration", "2024-01-01")))
				return err
			}},
			{"who is away and not blocked", "users USING COVERING INDEX users_accessed_at (project=? AND accessed_at<?)", func() error {
				_, err := s.CountUsers(ctx, home, list(query.Users, "", q("lessThan", "accessedAt", "2024-01-01"), q("notEqual", "status", false)))
				return err
			}},
			{"two verifications", "users USING COVERING INDEX users_", users(q("equal", "phoneVerification", true), q("equal", "emailVerification", false))},
			{"the number of users", "user_tallies USING INDEX sqlite_autoindex_user_tallies_1 (project=?)", func() error { _, err := s.UserCount(ctx, home); return err }},
			{"targets of a user", "targets USING INDEX targets_user (project=? AND user_id=?)", func() error { _, err := s.Targets(ctx, home, list(query.Targets, "Ada")); return err }},
			{"number of targets", "targets USING COVERING INDEX targets_user (project=? AND user_id=?)", func() error { _, err := s.CountTargets(ctx, home, list(query.Targets, "Ada")); return err }},
			{"target by identifier", "targets USING INDEX targets_identifier (project=? AND identifier=?)", within(func(tx Tx) error { tx.TargetByIdentifier(home, "x"); return nil })},
			{"a target", "targets USING INDEX targets_id (project=? AND <expr>=?)", func() error { s.Target(ctx, home, "Ada", "x"); return nil }},
			{"targets within a write", "targets USING INDEX targets_user (project=? AND user_id=?)", within(func(tx Tx) error { _, err := tx.TargetsOf(home, "Ada"); return err })},
			{"sessions of a user", "sessions USING INDEX sessions_user (project=? AND user_id=?)", func() error { _, err := s.Sessions(ctx, home, "Ada"); return err }},
			{"latest session", "sessions USING INDEX sessions_user (project=? AND user_id=?)", func() error { s.LatestSession(ctx, home, "Ada"); return nil }},
			{"session by digest", "sessions USING INDEX sessions_secret_digest (project=? AND secret_digest=?)", func() error { s.SessionByDigest(ctx, home, "Ada", "x"); return nil }},
			{"a session", "sessions USING INDEX sessions_id (project=? AND id=?)", func() error { s.Session(ctx, home, "Ada", "x"); return nil }},
			{"memberships of a user", "memberships USING INDEX memberships_user (project=? AND user_id=?)", func() error { _, err := s.Memberships(ctx, home, list(query.Memberships, "Ada")); return err }},
			{"memberships of a team", "memberships USING INDEX memberships_team_seq (project=? AND team_id=?)", func() error { _, err := s.Memberships(ctx, home, ofTeam()); return err }},
			{"the teams of memberships", "team USING INDEX teams_id (project=? AND <expr>=?)", func() error { _, err := s.Memberships(ctx, home, ofTeam()); return err }},
			{"the users of memberships", "member USING INDEX users_id (project=? AND <expr>=?)", func() error { _, err := s.Memberships(ctx, home, ofTeam()); return err }},
			{"memberships with a role", "membership_roles USING COVERING INDEX sqlite_autoindex_membership_roles_1 (project=? AND role=?)", func() error { _, err := s.Memberships(ctx, home, ofTeam(q("contains", "roles", "x"))); return err }},
			{"a membership", "memberships USING INDEX memberships_id (project=? AND id=?)", func() error { s.Membership(ctx, home, "x"); return nil }},
			{"the membership of a user", "memberships USING INDEX memberships_team (project=? AND team_id=? AND user_id=?)", within(func(tx Tx) error { tx.MembershipOf(home, "x", "Ada"); return nil })},
			{"teams", "teams USING INDEX sqlite_autoindex_teams_1 (project=?)", func() error { _, err := s.Teams(ctx, home, list(query.Teams, "")); return err }},
			{"teams by name", "teams USING INDEX teams_name (project=?)", func() error { _, err := s.Teams(ctx, home, list(query.Teams, "", q("orderAsc", "name"))); return err }},
			{"teams of a user", "own USING INDEX teams_id (project=? AND <expr>=?)", func() error { _, err := s.Teams(ctx, home, list(query.Teams, "Ada")); return err }},
			{"which teams are a user's", "m USING INDEX memberships_user (project=? AND user_id=?)", func() error { _, err := s.Teams(ctx, home, list(query.Teams, "Ada")); return err }},
			{"a team", "teams USING INDEX teams_id (project=? AND <expr>=?)", func() error { s.Team(ctx, home, "x"); return nil }},
			{"a team of a user", "memberships EXISTS USING INDEX memberships_team (project=? AND team_id=? AND user_id=?)", func() error { s.TeamOf(ctx, home, "x", "Ada"); return nil }},
			{"the total of a team", "teams USING INDEX teams_id (project=? AND <expr>=?)", within(func(tx Tx) error { return tx.grow(home, "x", 1) })},
			{"deleting a team", "memberships USING COVERING INDEX memberships_team_seq (project=? AND team_id=?)", within(func(tx Tx) error { return tx.DeleteTeam(home, &roster.Team{ID: "x"}) })},
			{"deleting a user", "m USING INDEX memberships_user (project=? AND user_id=?)", within(func(tx Tx) error { return tx.DeleteUser(home, person("x")) })},
			{"identities", "identities USING INDEX sqlite_autoindex_identities_1 (project=?)", func() error { _, err := s.Identities(ctx, home, list(query.Identities, "")); return err }},
			{"identities of a user", "identities USING INDEX identities_user (project=? AND user_id=?)", func() error {
				_, err := s.Identities(ctx, home, list(query.Identities, "", q("equal", "userId", "Ada")))
				return err
			}},
			{"email of an identity", "identities USING INDEX identities_email (project=? AND provider_email=?)", within(func(tx Tx) error { _, err := tx.EmailOfIdentity(home, "x", "y"); return err })},
			{"identity of an account", "identities USING INDEX identities_provider (project=? AND provider=? AND provider_uid=?)", within(func(tx Tx) error { tx.IdentityOf(home, "x", "y"); return nil })},
			{"identity by email", "identities USING INDEX identities_email (project=? AND provider_email=?)", within(func(tx Tx) error { tx.IdentityByEmail(home, "x"); return nil })},
			{"freshest identity", "identities USING INDEX identities_user (project=? AND user_id=?)", within(func(tx Tx) error { tx.FreshestIdentity(home, "Ada", "x"); return nil })},
			{"user by email within a write", "users USING INDEX users_email (project=? AND email=?)", within(func(tx Tx) error { tx.UserByEmail(home, "x"); return nil })},
			{"a flow", "flows USING INDEX flows_id (project=? AND id=?)", within(func(tx Tx) error { tx.Flow(home, "x"); return nil })},
			{"a provider", "providers USING INDEX providers_id (project=? AND <expr>=?)", func() error { s.Provider(ctx, home, "x"); return nil }},
			{"providers", "providers USING INDEX sqlite_autoindex_providers_1 (project=?)", func() error { _, err := s.Providers(ctx, home, list(query.Providers, "")); return err }},
			{"authenticator", "authenticators USING INDEX authenticators_user (project=? AND user_id=?)", func() error { s.Authenticator(ctx, home, "Ada", "totp"); return nil }},
			{"a key", "keys USING INDEX keys_digest (project=? AND digest=?)", func() error { s.KeyByDigest(ctx, home, "x"); return nil }},
			{"the next delivery", "deliveries USING INDEX deliveries_due_at (due_at>?)", func() error { _, err := s.DeliveryDue(ctx, roster.Email); return err }},
			{"a delivery to send", "deliveries USING INDEX deliveries_due_at (due_at<?)", within(func(tx Tx) error { _, _, err := tx.ClaimDelivery(roster.Email, 1); return err })},
			{"who sends SMS", "providers USING INDEX sqlite_autoindex_providers_1 (project=?)", func() error { s.EnabledProvider(ctx, home, "twilio"); return nil }},
			{"kept mails", "deliveries USING INDEX sqlite_autoindex_deliveries_1 (project=?)", func() error { _, err := s.Deliveries(ctx, home, roster.DeliveryKept); return err }},
			{"a project", "projects USING INDEX sqlite_autoindex_projects_1 (id=?)", func() error { s.Project(ctx, "x"); return nil }},
			{"the log", "events USING INDEX events_user (project=? AND user_id=? AND seq>?)", func() error { _, err := s.Records(ctx, home, "Ada", 1, 25, 0); return err }},
			{"what the user did", "events USING INDEX events_actor (project=? AND actor_id=? AND seq>?)", func() error { _, err := s.Records(ctx, home, "Ada", 1, 25, 0); return err }},
			{"the length of the log", "events USING INDEX events_user (project=? AND user_id=? AND seq>?)", func() error { _, err := s.CountRecords(ctx, home, "Ada", 1); return err }},
		}
		// These sort a page, or what is equal in the first attribute.
		sorting := []string{"the list before a cursor", "some ids", "freshest identity", "teams by name"}
		for _, c := range cases {
			s.cache.close()
			s.lists.close()
			plans := strings.Join(plansOf(t, s, c.do), "\n--\n")
			if !strings.Contains(plans, c.index) {
				t.Errorf("%s does not search %s:\n%s", c.name, c.index, plans)
			}
			if sorted := strings.Contains(plans, "USE TEMP B-TREE FOR"); sorted != slices.Contains(sorting, c.name) {
				t.Errorf("%s sorts: %t:\n%s", c.name, sorted, plans)
			}
			if scan := fullScan.FindString(plans); scan != "" {
				t.Errorf("%s: %s:\n%s", c.name, scan, plans)
			}
		}
	})
}
