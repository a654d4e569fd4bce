// Package people makes up the users of a large directory from a seed: names in
// many scripts, addresses at providers and companies of very different size,
// numbers, labels, preferences, and shares of verified, blocked and signed-in
// users that a directory of some years has.
//
// User number i is made from the seed and i alone, so that a crowd can be
// walked in parallel, begun anywhere and compared with what a directory
// answers. Nobody in it exists; addresses of companies end in .example.
package people
