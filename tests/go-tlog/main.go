// A second opinion on the log's files, by the implementation behind Go's checksum database (golang.org/x/mod/sumdb).
//
//	go-tlog verify DIRECTORY KEY PROOFS   checkpoint, entries, every tile, and the proofs of a JSON file
//	go-tlog sign NAME                     signs the text of standard input with a new key; prints the key, then the note
package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight = 8
	ecdsaType  = 0x02
)

func main() {
	var err error
	switch {
	case len(os.Args) == 5 && os.Args[1] == "verify":
		err = verify(os.Args[2], os.Args[3], os.Args[4])
	case len(os.Args) == 3 && os.Args[1] == "sign":
		err = sign(os.Args[2])
	default:
		err = fmt.Errorf("usage: go-tlog verify DIRECTORY KEY PROOFS | go-tlog sign NAME")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// ecdsaKey is signature type 0x02 of C2SP signed-note, which sumdb/note does not have: its id is the hash of the key alone.
type ecdsaKey struct {
	name    string
	spki    []byte
	public  *ecdsa.PublicKey
	private *ecdsa.PrivateKey
}

func (k *ecdsaKey) Name() string { return k.name }
func (k *ecdsaKey) KeyHash() uint32 {
	h := sha256.Sum256(k.spki)
	return binary.BigEndian.Uint32(h[:4])
}

func (k *ecdsaKey) Verify(msg, sig []byte) bool {
	h := sha256.Sum256(msg)
	return ecdsa.VerifyASN1(k.public, h[:], sig)
}

func (k *ecdsaKey) Sign(msg []byte) ([]byte, error) {
	h := sha256.Sum256(msg)
	return ecdsa.SignASN1(rand.Reader, k.private, h[:])
}

func (k *ecdsaKey) String() string {
	material := append([]byte{ecdsaType}, k.spki...)
	return fmt.Sprintf("%s+%08x+%s", k.name, k.KeyHash(), base64.StdEncoding.EncodeToString(material))
}

func parseKey(text string) (*ecdsaKey, error) {
	parts := strings.SplitN(text, "+", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("not a verifier key: %q", text)
	}
	material, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(material) == 0 || material[0] != ecdsaType {
		return nil, fmt.Errorf("not an ECDSA verifier key: %q", text)
	}
	public, err := x509.ParsePKIXPublicKey(material[1:])
	if err != nil {
		return nil, err
	}
	key := &ecdsaKey{name: parts[0], spki: material[1:]}
	key.public, _ = public.(*ecdsa.PublicKey)
	if key.public == nil || key.String() != text {
		return nil, fmt.Errorf("the key's id is another key's: %q", text)
	}
	return key, nil
}

func sign(name string) error {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	spki, err := x509.MarshalPKIXPublicKey(&private.PublicKey)
	if err != nil {
		return err
	}
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	key := &ecdsaKey{name: name, spki: spki, public: &private.PublicKey, private: private}
	signed, err := note.Sign(&note.Note{Text: string(text)}, key)
	if err != nil {
		return err
	}
	fmt.Printf("%s\n%s", key, signed)
	return nil
}

// directory is a mirror of the log: C2SP tlog-tiles leaves the height out of Go's paths and calls its data entries.
type directory string

func (d directory) path(t tlog.Tile) string {
	path := strings.TrimPrefix(t.Path(), fmt.Sprintf("tile/%d/", tileHeight))
	if t.L < 0 {
		path = "entries/" + strings.TrimPrefix(path, "data/")
	}
	return filepath.Join(string(d), "tile", path)
}

func (d directory) Height() int                      { return tileHeight }
func (d directory) SaveTiles([]tlog.Tile, [][]byte)  {}
func (d directory) read(t tlog.Tile) ([]byte, error) { return os.ReadFile(d.path(t)) }
func (d directory) ReadTiles(tiles []tlog.Tile) (data [][]byte, err error) {
	for _, t := range tiles {
		octets, err := d.read(t)
		if err != nil {
			return nil, err
		}
		data = append(data, octets)
	}
	return data, nil
}

func (d directory) files() (count int, err error) {
	err = filepath.WalkDir(filepath.Join(string(d), "tile"), func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			count++
		}
		return err
	})
	return count, err
}

func verify(dir, keyText, proofFile string) error {
	d := directory(dir)
	tree, err := openCheckpoint(d, keyText)
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	tiles, err := verifyTiles(d, tree)
	if err != nil {
		return err
	}
	if files, err := d.files(); err != nil || files != tiles {
		return fmt.Errorf("%d files for %d tiles (%v)", files, tiles, err)
	}
	proofs, err := verifyProofs(proofFile, tree, tlog.TileHashReader(tree, d))
	if err != nil {
		return err
	}
	fmt.Printf("%d entries, %d tiles, %d proofs\n", tree.N, tiles, proofs)
	return nil
}

func openCheckpoint(d directory, keyText string) (tree tlog.Tree, err error) {
	key, err := parseKey(keyText)
	if err != nil {
		return tree, err
	}
	msg, err := os.ReadFile(filepath.Join(string(d), "checkpoint"))
	if err != nil {
		return tree, err
	}
	opened, err := note.Open(msg, note.VerifierList(key))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != key.name || lines[3] != "" {
		return tree, fmt.Errorf("not a checkpoint of %s: %q", key.name, opened.Text)
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

// verifyTiles hashes the entries into a tree of Go's own and compares each tile with what that tree makes of it.
func verifyTiles(d directory, tree tlog.Tree) (count int, err error) {
	var stored []tlog.Hash
	own := tlog.HashReaderFunc(func(indexes []int64) (hashes []tlog.Hash, err error) {
		for _, i := range indexes {
			hashes = append(hashes, stored[i])
		}
		return hashes, nil
	})
	for n := int64(0); n < tree.N; {
		width := int64(1 << tileHeight)
		if width > tree.N-n {
			width = tree.N - n
		}
		bundle, err := d.read(tlog.Tile{H: tileHeight, L: -1, N: n >> tileHeight, W: int(width)})
		if err != nil {
			return count, err
		}
		count++
		for end := n + width; n < end; n++ {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				return count, fmt.Errorf("entry %d is cut off", n)
			}
			length := 2 + int(binary.BigEndian.Uint16(bundle))
			hashes, err := tlog.StoredHashes(n, bundle[2:length], own)
			if err != nil {
				return count, err
			}
			stored, bundle = append(stored, hashes...), bundle[length:]
		}
		if len(bundle) != 0 {
			return count, fmt.Errorf("%d octets behind entry %d", len(bundle), n)
		}
	}
	if root, err := tlog.TreeHash(tree.N, own); err != nil || root != tree.Hash {
		return count, fmt.Errorf("the entries make the root %v (%v), and %v was signed", root, err, tree.Hash)
	}
	published := tlog.NewTiles(tileHeight, 0, tree.N)
	for i, tile := range published {
		// Go lists the partial tiles of every size on the way; only this size's last.
		if i+1 < len(published) && published[i+1].L == tile.L && published[i+1].N == tile.N {
			continue
		}
		want, err := tlog.ReadTileData(tile, own)
		if err != nil {
			return count, err
		}
		if got, err := d.read(tile); err != nil || !bytes.Equal(got, want) {
			return count, fmt.Errorf("%s is another (%v)", d.path(tile), err)
		}
		count++
	}
	return count, nil
}

type proof struct {
	Index int64       `json:"index"`
	First int64       `json:"first"`
	Leaf  tlog.Hash   `json:"leaf"`
	Root  tlog.Hash   `json:"root"`
	Path  []tlog.Hash `json:"path"`
}

// verifyProofs checks the proofs with Go's verifiers and compares them with those that Go makes from the tiles itself.
func verifyProofs(file string, tree tlog.Tree, tiles tlog.HashReader) (count int, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	var proofs struct{ Inclusion, Consistency []proof }
	if err := json.Unmarshal(text, &proofs); err != nil {
		return 0, err
	}
	for _, p := range proofs.Inclusion {
		own, err := tlog.ProveRecord(tree.N, p.Index, tiles)
		if err == nil {
			err = tlog.CheckRecord(p.Path, tree.N, tree.Hash, p.Index, p.Leaf)
		}
		if err != nil || !same(own, p.Path) {
			return count, fmt.Errorf("inclusion of %d in %d: %v", p.Index, tree.N, err)
		}
		count++
	}
	for _, p := range proofs.Consistency {
		own, err := tlog.ProveTree(tree.N, p.First, tiles)
		if err == nil {
			err = tlog.CheckTree(p.Path, tree.N, tree.Hash, p.First, p.Root)
		}
		if err != nil || !same(own, p.Path) {
			return count, fmt.Errorf("consistency of %d with %d: %v", p.First, tree.N, err)
		}
		count++
	}
	return count, nil
}

func same(a, b []tlog.Hash) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
