// Package transfer moves whole directories: from one database into another.
//
// What is in a database it learns from the store, which asks the database. It
// knows no SQL and no table by name, so that nothing can be forgotten.
package transfer
