// Package password owns the stored forms of passwords: the seven kinds of
// imported hashes, their options as the wire shows them, verification, new
// hashes, the gate that bounds what hashing may cost, and the policies that a
// new password has to meet.
//
// It knows no users, projects, SQL or HTTP. It keeps no secret between calls
// and must not log passwords, hashes or options: the options of a Firebase hash
// hold that project's signer key.
//
// The forms are those of the wire contract (passwords.md) and no wider. Left
// out on purpose are Argon2 1.0 (v=16), Argon2 with more than 255 lanes, and
// the rest of crypt(3) ($1$, $5$, $6$, DES): such texts are stored as they came
// and never verify.
package password
