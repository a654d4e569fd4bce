package cli

// suggestion is "; did you mean …?" with the name closest to what was
// written, or empty if none is close.
func suggestion(written string, names []string, prefix string) string {
	best, nearest := "", 1+max(2, len(written)/3)
	for _, name := range names {
		if d := distance(written, name); d < nearest {
			best, nearest = name, d
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + prefix + best + "?"
}

// distance is how many characters have to be put in, taken out or replaced to
// make b of a (Levenshtein).
func distance(a, b string) int {
	above := make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := range len(a) {
		diagonal := above[0]
		above[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = above[j+1]
			above[j+1] = min(replaced, above[j+1]+1, above[j]+1)
		}
	}
	return above[len(b)]
}
