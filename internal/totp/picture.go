package totp

import (
	"bytes"
	"image"
	"image/color"
	"image/png"

	"github.com/boombuler/barcode/qr"
)

// margin is the blank that readers need around a QR code, in its modules.
const margin = 4

// Picture draws the link as a QR code: a square PNG of size pixels a side, or of
// as many as one per module needs.
func Picture(uri string, size int) ([]byte, error) {
	code, err := qr.Encode(uri, qr.M, qr.Unicode)
	if err != nil {
		return nil, err
	}
	modules := code.Bounds().Dx()
	scale := max(1, size/(modules+2*margin))
	side := max(size, modules+2*margin)
	picture := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.White, color.Black})
	start := (side - modules*scale) / 2
	for y := range modules * scale {
		for x := range modules * scale {
			if code.At(x/scale, y/scale) == color.Black {
				picture.SetColorIndex(start+x, start+y, 1)
			}
		}
	}
	var file bytes.Buffer
	err = png.Encode(&file, picture)
	return file.Bytes(), err
}
