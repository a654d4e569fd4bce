package store

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"roster"
)

var users = &list{
	table: "users",
	words: true,
	large: true,
	columns: map[string]column{
		"$id":               {name: "id", folded: "lower(id)", filled: true},
		"$createdAt":        {name: "created_at", filled: true},
		"$updatedAt":        {name: "updated_at", filled: true},
		"$sequence":         {name: "seq", filled: true},
		"name":              {name: "name", lower: "name_lower", trigrams: "n", filled: true},
		"email":             {name: "email", lower: "email", trigrams: "e", unique: true, domain: true},
		"phone":             {name: "phone", lower: "phone", trigrams: "p", unique: true},
		"status":            {name: "enabled", filled: true},
		"passwordUpdate":    {name: "password_updated_at"},
		"registration":      {name: "registered_at", filled: true},
		"emailVerification": {name: "email_verified", filled: true},
		"phoneVerification": {name: "phone_verified", filled: true},
		"labels": {name: "labels", filled: true, contains: "select user_seq as number from user_labels where project = $1 and label = %s",
			has: "exists (select 1 from user_labels where project = $1 and label = %s and user_seq = seq)"},
		"impersonator": {name: "impersonator", filled: true},
		"accessedAt":   {name: "accessed_at"},
	},
}

const userColumns = `seq, id, created_at, updated_at, registered_at, name, email,
	email_canonical, email_free, email_disposable, email_corporate, email_is_canonical,
	phone, password, hash, hash_options, password_updated_at,
	enabled, email_verified, phone_verified, mfa, impersonator, labels, prefs, accessed_at`

// userScan receives a user's columns.
type userScan struct {
	user      roster.User
	canonical *string
	facts     roster.EmailFacts
}

func (s *userScan) pointers() []any {
	u, f := &s.user, &s.facts
	return []any{
		&u.Seq, &u.ID, nullTime{&u.CreatedAt}, nullTime{&u.UpdatedAt}, nullTime{&u.RegisteredAt}, &u.Name, nullText{&u.Email},
		maybe{&s.canonical}, flag{&f.Free}, flag{&f.Disposable}, flag{&f.Corporate}, flag{&f.IsCanonical},
		nullText{&u.Phone}, maybe{&u.Password}, &u.Hash, &u.HashOptions, nullTime{&u.PasswordUpdatedAt},
		flag{&u.Enabled}, flag{&u.EmailVerified}, flag{&u.PhoneVerified}, flag{&u.MFA}, flag{&u.Impersonator},
		words{&u.Labels}, &u.Prefs, nullTime{&u.AccessedAt},
	}
}

func (s *userScan) done() roster.User {
	if s.canonical != nil {
		facts := s.facts
		facts.Canonical = *s.canonical
		s.user.EmailFacts = &facts
	}
	return s.user
}

// userValues are the values of userColumns and of what is made from them.
func userValues(u *roster.User) []any {
	var canonical, free, disposable, corporate, same, password any
	if f := u.EmailFacts; f != nil {
		canonical, free, disposable, corporate, same = f.Canonical, f.Free, f.Disposable, f.Corporate, f.IsCanonical
	}
	if u.Password != nil {
		password = *u.Password
	}
	return []any{
		u.Seq, u.ID, int64(u.CreatedAt), int64(u.UpdatedAt), int64(u.RegisteredAt), u.Name, text(u.Email),
		canonical, free, disposable, corporate, same,
		text(u.Phone), password, u.Hash, u.HashOptions, moment(u.PasswordUpdatedAt),
		u.Enabled, u.EmailVerified, u.PhoneVerified, u.MFA, u.Impersonator, wordsJSON(u.Labels), u.Prefs, moment(u.AccessedAt),
		strings.ToLower(u.Name),
	}
}

// withTargets joins each selected user with its targets, so that a page is one
// statement. The targets come in no order: to sort them here would send every
// column of every row through a sorter.
func withTargets(selected, order string) string {
	return "select page.*, " + targetJoined + " from (" + selected + ") page left join targets on targets.project = $1 and targets.user_id = page.id order by " +
		qualified(order)
}

// qualified names the page's columns where the joined table has the same.
func qualified(order string) string {
	terms := strings.Split(order, ", ")
	for i := range terms {
		terms[i] = "page." + terms[i]
	}
	return strings.Join(terms, ", ")
}

// maxTargets is how many targets a user is shown with (contract section 3.5).
const maxTargets = 1000

// joinedUsers reads rows of users, each repeated for each of its targets.
func joinedUsers(rows *results, err error) ([]roster.User, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []roster.User{}
	var s userScan
	var t targetScan
	pointers := append(append(s.pointers(), rows.extra()...), t.pointers()...)
	for rows.Next() {
		s, t = userScan{}, targetScan{}
		if err := rows.Scan(pointers...); err != nil {
			return nil, err
		}
		if len(list) == 0 || list[len(list)-1].Seq != s.user.Seq {
			list = append(list, s.done())
		}
		if u := &list[len(list)-1]; t.seq.Valid {
			u.Targets = append(u.Targets, t.done(u.ID))
		}
	}
	for i := range list {
		list[i].Targets = oldest(list[i].Targets)
	}
	return list, rows.Err()
}

// oldest orders targets by their creation and keeps as many as are shown.
func oldest(targets []roster.Target) []roster.Target {
	slices.SortFunc(targets, func(a, b roster.Target) int { return cmp.Compare(a.Seq, b.Seq) })
	return targets[:min(len(targets), maxTargets)]
}

// User returns the user with its targets.
func (s *Store) User(ctx context.Context, p roster.ProjectNumber, id string) (roster.User, error) {
	rows, err := s.cache.query(ctx, userByID, p, id)
	return oneUser(joinedUsers(rows, err))
}

var userByID = withTargets("select "+userColumns+" from users where project = $1 and "+users.idIs("$2"), "seq")

func oneUser(list []roster.User, err error) (roster.User, error) {
	if err != nil {
		return roster.User{}, err
	}
	if len(list) == 0 {
		return roster.User{}, roster.ErrUserNotFound
	}
	return list[0], nil
}

// UserByEmail returns the user with the address, which is normalized.
func (s *Store) UserByEmail(ctx context.Context, p roster.ProjectNumber, email string) (roster.User, error) {
	rows, err := s.cache.query(ctx, userByEmail, p, email)
	return oneUser(joinedUsers(rows, err))
}

// UserByPhone returns the user with the number.
func (s *Store) UserByPhone(ctx context.Context, p roster.ProjectNumber, phone string) (roster.User, error) {
	rows, err := s.cache.query(ctx, userByPhone, p, phone)
	return oneUser(joinedUsers(rows, err))
}

var (
	userByEmail = withTargets("select "+userColumns+" from users where project = $1 and email = $2", "seq")
	userByPhone = withTargets("select "+userColumns+" from users where project = $1 and phone = $2", "seq")
)

// Users returns a page of users with their targets.
func (s *Store) Users(ctx context.Context, p roster.ProjectNumber, page Page) ([]roster.User, error) {
	rows, err := s.pageOfLarge(ctx, users, p, page)
	return joinedUsers(rows, err)
}

// CountUsers returns how many users match, whatever the page.
func (s *Store) CountUsers(ctx context.Context, p roster.ProjectNumber, page Page) (int64, error) {
	if page.Search != "" || len(page.Filters) > 0 {
		return s.count(ctx, users, p, page)
	}
	return s.UserCount(ctx, p)
}

// UserCount returns how many users the project has. It counts no rows.
func (s *Store) UserCount(ctx context.Context, p roster.ProjectNumber) (int64, error) {
	rows, err := s.cache.query(ctx, userCount, p)
	return first(rows, err, nil, func(r row) (n int64, err error) { return n, r.Scan(&n) })
}

// UserCount reads as [Store.UserCount] does, within the transaction.
func (tx Tx) UserCount(p roster.ProjectNumber) (int64, error) {
	rows, err := tx.query(userCount, p)
	return first(rows, err, nil, func(r row) (n int64, err error) { return n, r.Scan(&n) })
}

const userCount = "select cast(coalesce(sum(users), 0) as bigint) from user_tallies where project = $1"

// Credentials returns what the user has besides the current password.
func (s *Store) Credentials(ctx context.Context, p roster.ProjectNumber, id string) (roster.Credentials, error) {
	rows, err := s.cache.query(ctx, credentialsByID, p, id)
	return first(rows, err, roster.ErrUserNotFound, scanCredentials)
}

// Credentials reads as [Store.Credentials] does, within the transaction.
func (tx Tx) Credentials(p roster.ProjectNumber, id string) (roster.Credentials, error) {
	rows, err := tx.query(credentialsByID, p, id)
	return first(rows, err, roster.ErrUserNotFound, scanCredentials)
}

var credentialsByID = "select password_history, recovery_codes from users where project = $1 and " + users.idIs("$2")

func scanCredentials(r row) (roster.Credentials, error) {
	var c roster.Credentials
	return c, r.Scan(nullText{&c.PasswordHistory}, nullText{&c.RecoveryCodes})
}

// SetCredentials replaces what the user has besides the current password.
func (tx Tx) SetCredentials(p roster.ProjectNumber, id string, c roster.Credentials) error {
	return tx.change(roster.ErrUserNotFound, setCredentials, p, id, text(c.PasswordHistory), text(c.RecoveryCodes))
}

var setCredentials = "update users set password_history = $3, recovery_codes = $4 where project = $1 and " + users.idIs("$2")

// TouchUser moves the user's time of change.
func (tx Tx) TouchUser(p roster.ProjectNumber, id string) error {
	return tx.change(roster.ErrUserNotFound, "update users set updated_at = $3 where project = $1 and "+users.idIs("$2"), p, id, int64(tx.Now))
}

// MarkActive stores that the user was active now. It is no change of the user.
func (tx Tx) MarkActive(p roster.ProjectNumber, u *roster.User) error {
	return tx.exec("update users set accessed_at = $3 where project = $1 and seq = $2", p, u.Seq, int64(tx.Now))
}

// User reads the user without its targets, within the transaction.
func (tx Tx) User(p roster.ProjectNumber, id string) (roster.User, error) {
	return tx.user(users.idIs("$2"), p, id)
}

// UserByEmail reads as [Tx.User] does the user with the address, which is
// normalized.
func (tx Tx) UserByEmail(p roster.ProjectNumber, email string) (roster.User, error) {
	return tx.user("email = $2", p, email)
}

// UserByPhone reads as [Tx.User] does the user with the number.
func (tx Tx) UserByPhone(p roster.ProjectNumber, phone string) (roster.User, error) {
	return tx.user("phone = $2", p, phone)
}

func (tx Tx) user(which string, args ...any) (roster.User, error) {
	rows, err := tx.query(lockedUser+which+tx.engine.lock, args...)
	return first(rows, err, roster.ErrUserNotFound, func(r row) (roster.User, error) {
		var s userScan
		err := r.Scan(s.pointers()...)
		return s.done(), err
	})
}

const lockedUser = "select " + userColumns + " from users where project = $1 and "

var userConflicts = map[string]error{
	"users_id": roster.ErrUserExists, "users_email": roster.ErrUserExists, "users_phone": roster.ErrUserExists,
}

// CreateUser inserts the user and sets its Seq. Targets are inserted by
// [Tx.CreateTarget]. An id, email or phone that is taken gives
// [roster.ErrUserExists].
func (tx Tx) CreateUser(p roster.ProjectNumber, u *roster.User) error {
	u.Seq = tx.seq()
	if err := tx.unique(userConflicts, insertUser, append(userValues(u), p)...); err != nil {
		return err
	}
	if err := tx.setLabels(p, u); err != nil {
		return err
	}
	if err := tx.tally(p, u, 1); err != nil {
		return err
	}
	return tx.index(p, u)
}

// tally adds to the part of the count that the user belongs to.
func (tx Tx) tally(p roster.ProjectNumber, u *roster.User, n int) error {
	return tx.exec("insert into user_tallies (project, shard, users) values ($1, $2, $3) on conflict (project, shard) do update set users = user_tallies.users + $3",
		p, u.Seq%tx.engine.shards, n)
}

const written = userColumns + ", name_lower"

var insertUser = "insert into users (" + written + ", project) values (" + placeholders(len(writtenColumns)+1) + ")"

func placeholders(n int) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		if i > 1 {
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(i))
	}
	return b.String()
}

var updateConflicts = map[string]error{"users_email": roster.ErrEmailExists, "users_phone": roster.ErrPhoneExists}

// UpdateUser stores what differs between before, which the transaction has
// read, and u, and reports whether anything does; only then u.UpdatedAt moves
// (contract section 3.1). An email or phone that is taken gives
// [roster.ErrEmailExists] or [roster.ErrPhoneExists].
func (tx Tx) UpdateUser(p roster.ProjectNumber, before, u *roster.User) (bool, error) {
	old, changed := userValues(before), []int{}
	for i, v := range userValues(u) {
		if v != old[i] {
			changed = append(changed, i)
		}
	}
	if len(changed) == 0 {
		return false, nil
	}
	u.UpdatedAt = tx.Now
	if err := tx.setColumns(p, u, changed); err != nil {
		return false, err
	}
	labels := !slices.Equal(before.Labels, u.Labels)
	if labels {
		if err := tx.setLabels(p, u); err != nil {
			return false, err
		}
	}
	if labels || before.Name != u.Name || before.Email != u.Email || before.Phone != u.Phone {
		return true, tx.index(p, u)
	}
	return true, nil
}

// setColumns updates the columns alone, so that the indexes of others are left
// as they are.
func (tx Tx) setColumns(p roster.ProjectNumber, u *roster.User, changed []int) error {
	values := userValues(u)
	args := []any{p, u.Seq, int64(u.UpdatedAt)}
	set := "update users set updated_at = $3"
	for _, i := range changed {
		if args = append(args, values[i]); writtenColumns[i] != "updated_at" {
			set += ", " + writtenColumns[i] + " = $" + strconv.Itoa(len(args))
		}
	}
	return tx.unique(updateConflicts, set+" where project = $1 and seq = $2", args...)
}

var writtenColumns = strings.FieldsFunc(written, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })

func (tx Tx) setLabels(p roster.ProjectNumber, u *roster.User) error {
	if err := tx.exec("delete from user_labels where project = $1 and user_seq = $2", p, u.Seq); err != nil {
		return err
	}
	for _, label := range u.Labels {
		if err := tx.exec("insert into user_labels (project, label, user_seq) values ($1, $2, $3)", p, label, u.Seq); err != nil {
			return err
		}
	}
	return nil
}

// index replaces what the user is found by.
func (tx Tx) index(p roster.ProjectNumber, u *roster.User) error {
	return tx.engine.reindex(tx, p, u.Seq, userWords(p, u), userTrigrams(p, u))
}

// ownedByUser are the tables whose rows belong to a user.
var ownedByUser = []string{"targets", "sessions", "tokens", "identities", "memberships", "authenticators", "challenges"}

// DeleteUser deletes the user and everything that is theirs. The activity log
// stays: it is the project's.
func (tx Tx) DeleteUser(p roster.ProjectNumber, u *roster.User) error {
	if err := tx.leaveTeams(p, u.ID); err != nil {
		return err
	}
	for _, table := range ownedByUser {
		if err := tx.exec("delete from "+table+" where project = $1 and user_id = $2", p, u.ID); err != nil {
			return err
		}
	}
	for _, statement := range []string{
		"delete from user_labels where project = $1 and user_seq = $2",
		"delete from users where project = $1 and seq = $2",
	} {
		if err := tx.exec(statement, p, u.Seq); err != nil {
			return err
		}
	}
	if err := tx.engine.unindex(tx, p, u.Seq); err != nil {
		return err
	}
	return tx.tally(p, u, -1)
}
