// Package query owns the query language of lists (contract section 5): the
// elements of the parameter `queries` go in as they came over the wire, and a
// filter whose every attribute, method and value has been checked comes out.
//
// It must not know SQL, which the store makes of the result, nor HTTP, which
// words the refusal.
package query
