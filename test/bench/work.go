package main

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"sync/atomic"
)

// work is a kind of request. Number i makes requests differ.
type work struct {
	name    string
	first   *atomic.Int64 // numbers that no measurement has used yet
	request func(i int64) []byte
}

func works(b *bed) []work {
	limit := url.QueryEscape(`{"method":"limit","values":[25]}`)
	get := func(path string) []byte { return b.http("GET", path, "") }
	anyone := func() string { return userID(rand.Int64N(int64(b.users))) }
	w := []work{
		{name: "get", request: func(int64) []byte { return get("/v1/users/" + anyone()) }},
		{name: "list of 25", request: func(int64) []byte { return get("/v1/users?queries[0]=" + limit) }},
		{name: "search", request: func(int64) []byte {
			return get("/v1/users?queries[0]=" + limit + "&search=" + names[rand.IntN(len(names))] + "+" + families[rand.IntN(len(families))])
		}},
		{name: "create", request: func(i int64) []byte {
			return b.http("POST", "/v1/users", fmt.Sprintf(`{"userId":"new%d","email":"new%d@example.com","name":"%s"}`, i, i, fullName(i)))
		}},
		{name: "update name", request: func(i int64) []byte {
			return b.http("PATCH", "/v1/users/"+anyone()+"/name", fmt.Sprintf(`{"name":"%s %d"}`, fullName(i), i))
		}},
	}
	for i := range w {
		w[i].first = &b.numbers
	}
	return w
}

func (b *bed) http(method, path, body string) []byte {
	head := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: %s\r\nX-Appwrite-Project: default\r\nX-Appwrite-Key: %s\r\nX-Appwrite-Response-Format: %s\r\n"+
		"User-Agent: AppwriteNodeJSSDK/26.2.0 (linux; x64) Node.js/v20.11.0\r\nContent-Type: application/json\r\n", method, path, "localhost", b.key, "1.9.5")
	if body == "" {
		return []byte(head + "\r\n")
	}
	return fmt.Appendf(nil, "%sContent-Length: %d\r\n\r\n%s", head, len(body), body)
}

func userID(i int64) string { return fmt.Sprintf("user%08d", i) }

func fullName(i int64) string {
	return names[i%int64(len(names))] + " " + families[i/7%int64(len(families))]
}

var names = []string{
	"Mira", "Jonas", "Amara", "Luca", "Yuki", "Ines", "Tariq", "Freya", "Noor", "Mateo", "Anika", "Soren", "Leila", "Bruno", "Chidi", "Elif", "Pavel", "Rosa", "Idris", "Maren",
	"Kofi", "Alba", "Dmitri", "Sana", "Otto", "Priya", "Hugo", "Zainab", "Emil", "Catarina", "Ravi", "Signe", "Omar", "Greta", "Tomas", "Aisha", "Felix", "Naomi", "Viktor", "Lena",
}

var families = []string{
	"Okafor", "Lindqvist", "Haddad", "Moreau", "Tanaka", "Silva", "Novak", "Berg", "Costa", "Demir", "Fischer", "Garcia", "Hansen", "Ivanov", "Jansen", "Kaya", "Larsen", "Mensah", "Nakamura", "Olsen",
	"Petrov", "Quist", "Rossi", "Sato", "Torres", "Ueda", "Vogel", "Weber", "Yilmaz", "Ziegler", "Adeyemi", "Brandt", "Castro", "Dubois", "Eriksen", "Ferrari", "Gupta", "Horvat", "Ito", "Johansson",
}
