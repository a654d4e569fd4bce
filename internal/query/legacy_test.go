package query_test

import (
	"strings"
	"testing"

	"roster/internal/query"
)

func TestLegacySyntaxBecomesWireForm(t *testing.T) {
	tests := map[string]string{
		`equal("name", ["Mira"])`:                 `{"method":"equal","attribute":"name","values":["Mira"]}`,
		`equal("name", "Mira")`:                   `{"method":"equal","attribute":"name","values":["Mira"]}`,
		`equal('name', ['Mira', "Ada"])`:          `{"method":"equal","attribute":"name","values":["Mira","Ada"]}`,
		`equal("name",["Mira","Ada"])`:            `{"method":"equal","attribute":"name","values":["Mira","Ada"]}`,
		` equal ( "name" , [ "Mira" , "Ada" ] ) `: `{"method":"equal","attribute":"name","values":["Mira","Ada"]}`,
		`equal("name", [])`:                       `{"method":"equal","attribute":"name"}`,
		`equal("status", [true])`:                 `{"method":"equal","attribute":"status","values":[true]}`,
		`equal("status", false)`:                  `{"method":"equal","attribute":"status","values":[false]}`,
		`equal("name", null)`:                     `{"method":"equal","attribute":"name","values":[null]}`,
		`equal("$sequence", [1, -2, 3.50, 1e2])`:  `{"method":"equal","attribute":"$sequence","values":[1,-2,3.50,1e2]}`,
		`notEqual("name", "")`:                    `{"method":"notEqual","attribute":"name","values":[""]}`,
		`lessThan("$id", "a")`:                    `{"method":"lessThan","attribute":"$id","values":["a"]}`,
		`lessThanEqual("$id", "a")`:               `{"method":"lessThanEqual","attribute":"$id","values":["a"]}`,
		`greaterThan("$id", "a")`:                 `{"method":"greaterThan","attribute":"$id","values":["a"]}`,
		`greaterThanEqual("$id", "a")`:            `{"method":"greaterThanEqual","attribute":"$id","values":["a"]}`,
		`between("a", "x", "y")`:                  `{"method":"between","attribute":"a","values":["x","y"]}`,
		`between("a", ["x", "y"])`:                `{"method":"between","attribute":"a","values":["x","y"]}`,
		`contains("labels", ["vip"])`:             `{"method":"contains","attribute":"labels","values":["vip"]}`,
		`search("name", "Mira Mu")`:               `{"method":"search","attribute":"name","values":["Mira Mu"]}`,
		`isNull("email")`:                         `{"method":"isNull","attribute":"email"}`,
		`isNotNull("email")`:                      `{"method":"isNotNull","attribute":"email"}`,
		`startsWith("name", "Mi")`:                `{"method":"startsWith","attribute":"name","values":["Mi"]}`,
		`endsWith("name", ["ra"])`:                `{"method":"endsWith","attribute":"name","values":["ra"]}`,
		`select(["name", "email"])`:               `{"method":"select","values":["name","email"]}`,
		`orderAsc("name")`:                        `{"method":"orderAsc","attribute":"name"}`,
		`orderDesc("")`:                           `{"method":"orderDesc"}`,
		`orderDesc()`:                             `{"method":"orderDesc"}`,
		`orderRandom()`:                           `{"method":"orderRandom"}`,
		`limit(25)`:                               `{"method":"limit","values":[25]}`,
		`limit("25")`:                             `{"method":"limit","values":["25"]}`,
		`offset(0)`:                               `{"method":"offset","values":[0]}`,
		`cursorAfter("ada")`:                      `{"method":"cursorAfter","values":["ada"]}`,
		`cursorBefore('ada')`:                     `{"method":"cursorBefore","values":["ada"]}`,
		`equal("name", "a, b) [c] (d)")`:          `{"method":"equal","attribute":"name","values":["a, b) [c] (d)"]}`,
		`equal("name", "it's")`:                   `{"method":"equal","attribute":"name","values":["it's"]}`,
		`equal("name", 'say "hi"')`:               `{"method":"equal","attribute":"name","values":["say \"hi\""]}`,
		`equal("name", "say \"hi\"")`:             `{"method":"equal","attribute":"name","values":["say \"hi\""]}`,
		`equal("name", 'it\'s \[a\, b\]')`:        `{"method":"equal","attribute":"name","values":["it's [a, b]"]}`,
		`equal("name", "a\\")`:                    `{"method":"equal","attribute":"name","values":["a\\"]}`,
		`equal("name", "C:\new")`:                 `{"method":"equal","attribute":"name","values":["C:\\new"]}`,
		`equal("name", "<Müller> & 😀")`:           `{"method":"equal","attribute":"name","values":["<Müller> & 😀"]}`,
	}
	for text, want := range tests {
		got, err := query.FromLegacy(text)
		if err != nil || got != want {
			t.Errorf("FromLegacy(%s)\n got: %s, %v\nwant: %s", text, got, err, want)
		}
	}
}

func TestLegacyNonsenseIsRefused(t *testing.T) {
	const known = "there are equal, notEqual, lessThan, lessThanEqual, greaterThan, greaterThanEqual, between, isNull, isNotNull, " +
		"startsWith, endsWith, contains, search, select, orderAsc, orderDesc, orderRandom, limit, offset, cursorAfter, cursorBefore"
	const scalar = "a string in quotes, a number, true, false or null"
	tests := map[string]string{
		``:                        `at character 1 there should be a query such as equal("name", ["Mira"])`,
		`equal`:                   `at character 1 there should be a query such as equal("name", ["Mira"])`,
		`{"method":"limit"}`:      `at character 1 there should be a query such as equal("name", ["Mira"])`,
		`()`:                      `the method "" is unknown: ` + known,
		`nonsense("a")`:           `the method "nonsense" is unknown: ` + known,
		`and("a")`:                `the method "and" is unknown: ` + known,
		`Query.equal("a", "b")`:   `the method "Query.equal" must be named without a dot, as in equal(...)`,
		`.("a")`:                  `the method "." must be named without a dot, as in equal(...)`,
		`equal("a"`:               `at character 10 there should be a comma or )`,
		`equal(`:                  `at character 7 there should be ` + scalar,
		`equal("ä", b)`:           `at character 12 there should be ` + scalar,
		`equal(name, "b")`:        `at character 7 there should be ` + scalar,
		`equal("a", )`:            `at character 12 there should be ` + scalar,
		`equal("a",, "b")`:        `at character 11 there should be ` + scalar,
		`equal("a", True)`:        `at character 12 there should be ` + scalar,
		`equal("a", 01)`:          `at character 12 there should be ` + scalar,
		`equal("a", {})`:          `at character 12 there should be ` + scalar,
		`equal("a", [["b"]])`:     `at character 13 there should be ` + scalar,
		`equal("a", ["b",])`:      `at character 17 there should be ` + scalar,
		`equal("a", ["b"`:         `at character 16 there should be a comma or ]`,
		`equal("a", ["b")`:        `at character 16 there should be a comma or ]`,
		`equal("a" "b")`:          `at character 11 there should be a comma or )`,
		`equal("a", "b"c)`:        `at character 15 there should be a comma or )`,
		`equal("a", "b`:           `at character 14 there should be the quote that ends a string`,
		`equal("a", "b\`:          `at character 15 there should be the quote that ends a string`,
		`equal("a", "b\"`:         `at character 16 there should be the quote that ends a string`,
		`equal("a", "b'`:          `at character 15 there should be the quote that ends a string`,
		`limit(1) limit(2)`:       `at character 10 there should be nothing more`,
		`equal(5, "b")`:           `the first argument of equal must be the attribute, in quotes`,
		`equal(["a"], "b")`:       `the first argument of equal must be the attribute, in quotes`,
		`orderAsc(null)`:          `the first argument of orderAsc must be the attribute, in quotes`,
		"equal(\"a\", \"\xff\")":  `a query must be valid UTF-8`,
		strings.Repeat("ä", 4097): `a query must have at most 4096 characters, and has 4097`,
		"\x1b(":                   `the method "\x1b" is unknown: ` + known,
	}
	for text, want := range tests {
		got, err := query.FromLegacy(text)
		if err == nil || err.Error() != want {
			t.Errorf("FromLegacy(%.60q)\n got: %s, %v\nwant: %s", text, got, err, want)
		}
	}
}

func TestLegacyQueriesAreCheckedLikeOthers(t *testing.T) {
	tests := map[string]string{
		`limit(0)`:                  "query 1: limit takes one integer of at least 1",
		`limit()`:                   "query 1: limit takes one integer of at least 1",
		`select(["name"])`:          "query 1: the method select is not available on this list",
		`equal("status", "true")`:   "query 1: equal on status: value 1 must be true or false, without quotes",
		`between("name", "a")`:      "query 1: between on name takes exactly two values, and has 1",
		"equal(\"name\", \"\x00\")": "query 1: equal on name: value 1 must be a string without NUL characters",
	}
	for text, want := range tests {
		wire, err := query.FromLegacy(text)
		if err != nil {
			t.Errorf("FromLegacy(%q): %v", text, err)
			continue
		}
		refuses(t, query.Users, want, wire)
	}
}
