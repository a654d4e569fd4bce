package wire

import (
	"bytes"
	"io"
	"mime/multipart"

	"roster"
)

// Multipart reads the fields of a multipart/form-data body; files are left
// out. A body that cannot be read has the fields up to there.
func Multipart(body []byte, boundary string) roster.Value {
	root := &node{}
	parts := multipart.NewReader(bytes.NewReader(body), boundary)
	for range MaxFormFields {
		part, err := parts.NextPart()
		if err != nil {
			break
		}
		if part.FileName() != "" || part.FormName() == "" {
			continue
		}
		if value, err := io.ReadAll(part); err == nil {
			root.add(part.FormName(), string(value))
		}
	}
	return root.value(0)
}
