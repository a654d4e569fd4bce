package api

import (
	"net/http"

	"roster"
	"roster/internal/directory"
	"roster/internal/password"
)

// The scopes of contract section 2.3.
var (
	readUsers     = []roster.Scope{roster.UsersRead}
	writeUsers    = []roster.Scope{roster.UsersWrite}
	readSessions  = []roster.Scope{roster.UsersRead, roster.SessionsRead}
	writeSessions = []roster.Scope{roster.UsersWrite, roster.SessionsWrite}
)

// What several endpoints may answer.
var (
	creation = []*roster.Error{roster.ErrUserExists, roster.ErrEmailExists}
	ofUser   = []*roster.Error{roster.ErrUserNotFound}
	listing  = []*roster.Error{roster.ErrQuery, roster.ErrCursorNotFound, roster.ErrOrderNull}
	hashing  = []*roster.Error{roster.ErrPasswordPersona, roster.ErrBusy}
)

func userEndpoints() []Endpoint {
	return []Endpoint{
		on(Endpoint{
			Name: "usersCreate", Method: http.MethodPost, Path: "/users", Scopes: writeUsers, Status: 201,
			Summary: "Create a user, all but the id optional.",
			Event:   roster.UserCreated, Errors: append(creation[:2:2], hashing...),
		}, (*API).createUser),
		on(Endpoint{
			Name: "usersList", Method: http.MethodGet, Path: "/users", Scopes: readUsers, Status: 200,
			Summary: "List users, filtered, searched, ordered and paged.",
			Errors:  listing, LegacyQueries: true, Impersonators: true,
		}, (*API).listUsers),
		on(Endpoint{
			Name: "usersGet", Method: http.MethodGet, Path: "/users/{userId}", Scopes: readUsers, Status: 200,
			Summary: "Get a user.", Errors: ofUser, Impersonators: true,
		}, (*API).getUser),
		on(Endpoint{
			Name: "usersDelete", Method: http.MethodDelete, Path: "/users/{userId}", Scopes: writeUsers, Status: 204,
			Summary: "Delete a user and everything that is theirs.",
			Event:   roster.UserDeleted, Errors: ofUser,
		}, (*API).deleteUser),
	}
}

type userParams struct {
	UserID roster.ID `param:"userId" doc:"The user's id."`
}

type createUserParams struct {
	UserID   roster.CustomID      `param:"userId" doc:"The id to be, or unique() for a generated one."`
	Email    roster.EmailParam    `param:"email" default:"" doc:"Email address; no other user's."`
	Phone    roster.PhoneParam    `param:"phone" default:"" doc:"Phone number; no other user's."`
	Password roster.PasswordParam `param:"password" default:"" doc:"Plain password; it is stored as an Argon2id hash."`
	Name     roster.TextParam     `param:"name" default:"" min:"1" max:"128" doc:"Display name."`
}

func (a *API) createUser(r *Request, in createUserParams) (userModel, error) {
	u, err := a.Directory.CreateUser(r, r.By, directory.NewUser{
		ID: string(in.UserID), Email: string(in.Email), Phone: string(in.Phone), Name: string(in.Name), Password: string(in.Password),
	})
	return newUser(u), err
}

type listUsersParams struct {
	Queries userQueries      `param:"queries" default:"[]" doc:"Filters, orders and page."`
	Search  roster.TextParam `param:"search" default:"" min:"1" max:"256" doc:"Words of id, email, name, phone or labels: all of them, the last one as a prefix, those in double quotes as a phrase."`
	Total   roster.LooseBool `param:"total" default:"true" doc:"Whether to count all that match."`
}

func (a *API) listUsers(r *Request, in listUsersParams) (userList, error) {
	users, total, err := a.Directory.Users(r, r.By, page(in.Queries.Query, in.Search, ""), bool(in.Total))
	return userList{total, each(users, func(u roster.User) userModel { return newUser(u).seenBy(r) })}, err
}

func (a *API) getUser(r *Request, in userParams) (userModel, error) {
	u, err := a.Directory.User(r, r.By, string(in.UserID))
	return newUser(u).seenBy(r), err
}

func (a *API) deleteUser(r *Request, in userParams) (none, error) {
	return none{}, a.Directory.DeleteUser(r, r.By, string(in.UserID))
}

// importEndpoints create users with hashes from elsewhere (contract section
// 3.3).
func importEndpoints() []Endpoint {
	return []Endpoint{
		on(imports("Argon2", "argon2"), imported(func(in importParams) (password.Hash, error) {
			return password.ImportArgon2(in.Hash())
		})),
		on(imports("Bcrypt", "bcrypt"), imported(func(in importParams) (password.Hash, error) {
			return password.ImportBcrypt(in.Hash())
		})),
		on(imports("MD5", "md5"), imported(func(in importParams) (password.Hash, error) {
			return password.ImportMD5(in.Hash())
		})),
		on(imports("PHPass", "phpass"), imported(func(in importParams) (password.Hash, error) {
			return password.ImportPHPass(in.Hash())
		})),
		on(imports("SHA", "sha"), imported(importSHAParams.imported)),
		on(imports("Scrypt", "scrypt"), imported(importScryptParams.imported)),
		on(imports("ScryptModified", "scrypt-modified"), imported(importFirebaseParams.imported)),
	}
}

func imports(name, path string) Endpoint {
	return Endpoint{
		Name: "usersCreate" + name + "User", Method: http.MethodPost, Path: "/users/" + path, Scopes: writeUsers, Status: 201,
		Summary: "Create a user whose password is a hash of the kind " + path + ".",
		Event:   roster.UserCreated, Errors: creation,
	}
}

// importing is what the parameters of every import can tell.
type importing interface {
	common() directory.NewUser
	Hash() string
}

// imported serves an import whose hash is made by read.
func imported[In importing](read func(In) (password.Hash, error)) func(*API, *Request, In) (userModel, error) {
	return func(a *API, r *Request, in In) (userModel, error) {
		hash, err := read(in)
		if err != nil {
			return userModel{}, err
		}
		n := in.common()
		n.Imported = &hash
		u, err := a.Directory.CreateUser(r, r.By, n)
		return newUser(u), err
	}
}

type importParams struct {
	UserID   roster.CustomID      `param:"userId" doc:"The id to be, or unique() for a generated one."`
	Email    roster.EmailParam    `param:"email" doc:"Email address; no other user's."`
	Password roster.PasswordParam `param:"password" doc:"The hash; it is stored as it stands."`
	Name     roster.TextParam     `param:"name" default:"" min:"1" max:"128" doc:"Display name."`
}

// Hash is the text of the hash.
func (p importParams) Hash() string { return string(p.Password) }

func (p importParams) common() directory.NewUser {
	return directory.NewUser{ID: string(p.UserID), Email: string(p.Email), Name: string(p.Name)}
}

type importSHAParams struct {
	importParams
	Version roster.StrictEnum `param:"passwordVersion" default:"sha256" enum:"sha1,sha224,sha256,sha384,sha512/224,sha512/256,sha512,sha3-224,sha3-256,sha3-384,sha3-512" doc:"The SHA that the hash was made with."`
}

func (p importSHAParams) imported() (password.Hash, error) {
	return password.ImportSHA(p.Hash(), string(p.Version))
}

type importScryptParams struct {
	importParams
	Salt     roster.TextParam `param:"passwordSalt" min:"1" max:"128" doc:"The salt as text."`
	CPU      roster.Int32     `param:"passwordCpu" doc:"N of RFC 7914, a power of two."`
	Memory   roster.Int32     `param:"passwordMemory" doc:"r of RFC 7914."`
	Parallel roster.Int32     `param:"passwordParallel" doc:"p of RFC 7914."`
	Length   roster.Int32     `param:"passwordLength" doc:"Bytes of the hash, which is written in hexadecimal."`
}

type importFirebaseParams struct {
	importParams
	Salt      roster.TextParam `param:"passwordSalt" min:"1" max:"128" doc:"The salt in base64."`
	Separator roster.TextParam `param:"passwordSaltSeparator" min:"1" max:"128" doc:"The project's salt separator in base64."`
	SignerKey roster.TextParam `param:"passwordSignerKey" min:"1" max:"128" doc:"The project's signer key in base64."`
}

func (p importScryptParams) imported() (password.Hash, error) {
	return password.ImportScrypt(p.Hash(), password.ScryptParams{
		CPU: int(p.CPU), Memory: int(p.Memory), Parallel: int(p.Parallel), Length: int(p.Length), Salt: string(p.Salt),
	})
}

func (p importFirebaseParams) imported() (password.Hash, error) {
	return password.ImportFirebase(p.Hash(), password.FirebaseParams{
		Salt: string(p.Salt), SaltSeparator: string(p.Separator), SignerKey: string(p.SignerKey),
	})
}
