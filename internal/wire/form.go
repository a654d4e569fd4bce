package wire

import (
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"roster"
)

// MaxFormFields bounds the fields of a form or query string.
const MaxFormFields = 10000

// Form reads application/x-www-form-urlencoded text as PHP does, which is what
// SDKs write: a[]=x&a[]=y and a[0]=x&a[1]=y are lists, a[b]=c is a map, a
// repeated plain name keeps its last value, and "." and " " in a name become
// "_" (contract section 1.2). Fields without a name or that cannot be decoded are
// left out.
func Form(text string) roster.Value {
	if text == "" {
		return roster.Value{}
	}
	root := &node{}
	fields := 0
	for field := range strings.SplitSeq(text, "&") {
		if fields++; fields > MaxFormFields {
			break
		}
		name, value, _ := strings.Cut(field, "=")
		name, err := url.QueryUnescape(name)
		if err != nil || name == "" {
			continue
		}
		if value, err = url.QueryUnescape(value); err == nil {
			root.add(name, value)
		}
	}
	return root.value(0)
}

// node is a form value while it grows: text, or named children.
type node struct {
	text     string
	keys     []string
	children map[string]*node
	next     int // the index that [] takes
}

func (n *node) add(name, value string) {
	for _, key := range path(name) {
		n = n.child(key)
	}
	*n = node{text: value}
}

// path splits a[b][] into a, b and "".
func path(name string) []string {
	base, rest, nested := strings.Cut(name, "[")
	keys := []string{strings.NewReplacer(".", "_", " ", "_").Replace(base)}
	for nested && len(keys) < MaxDepth {
		key, after, closed := strings.Cut(rest, "]")
		if !closed {
			break
		}
		keys = append(keys, key)
		rest, nested = strings.CutPrefix(after, "[")
	}
	if base == "" {
		return []string{name}
	}
	return keys
}

func (n *node) child(key string) *node {
	if n.children == nil {
		n.children = make(map[string]*node)
	}
	if key == "" {
		key = strconv.Itoa(n.next)
	}
	if i, err := strconv.Atoi(key); err == nil && i >= n.next {
		n.next = i + 1
	}
	if n.children[key] == nil {
		n.children[key] = &node{}
		n.keys = append(n.keys, key)
	}
	return n.children[key]
}

// value keeps the JSON of the parameters themselves, as [JSON] does: kept on
// every level, one long text in a deep map would fill the memory.
func (n *node) value(depth int) roster.Value {
	if n.children == nil {
		return roster.Text(n.text)
	}
	v := roster.Value{Kind: roster.List}
	for i, key := range n.keys {
		if key != strconv.Itoa(i) {
			v.Kind = roster.Map
		}
		v.List = append(v.List, n.children[key].value(depth+1))
	}
	if v.Kind == roster.Map {
		v.Keys = n.keys
	}
	if v.Kind == roster.Map && depth == 1 {
		v.JSON = string(appendValue(nil, v))
	}
	return v
}

// appendValue writes a form's value as JSON.
func appendValue(b []byte, v roster.Value) []byte {
	if v.Kind == roster.String {
		return AppendString(b, v.Text)
	}
	open, end := byte('['), byte(']')
	if v.Kind == roster.Map {
		open, end = '{', '}'
	}
	b = append(b, open)
	for i, item := range v.List {
		if i > 0 {
			b = append(b, ',')
		}
		if v.Kind == roster.Map {
			b = append(AppendString(b, v.Keys[i]), ':')
		}
		b = appendValue(b, item)
	}
	return append(b, end)
}

// ValidUTF8 reports whether every string in v is valid UTF-8, which forms and
// query strings do not warrant.
func ValidUTF8(v roster.Value) bool {
	if v.Kind == roster.String && !utf8.ValidString(v.Text) {
		return false
	}
	for _, key := range v.Keys {
		if !utf8.ValidString(key) {
			return false
		}
	}
	for _, item := range v.List {
		if !ValidUTF8(item) {
			return false
		}
	}
	return true
}
