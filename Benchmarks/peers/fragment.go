// An answer's fragment by net/http, html/template and pgx, as one writes it in Go. What it asks, shows and sends as headers is
// in a folder. It is spared the answer's Markdown and the log of requests.
//
// usage: fragment FOLDER DATABASE-URL ADDRESS
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"html/template"
	"log"
	"math/rand"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/jackc/pgx/v4"
	"github.com/jackc/pgx/v4/pgxpool"
)

type citation struct {
	Number int
	Title  string
	Quote  string
}

type message struct {
	ID           string
	Conversation string
	Question     string
	Text         string
	Basis        *string
	Citations    []citation
	State        string
}

// Where a column goes; nil leaves it out.
func (m *message) place(column string) interface{} {
	switch column {
	case "id":
		return &m.ID
	case "conversation_id":
		return &m.Conversation
	case "question":
		return &m.Question
	case "text":
		return &m.Text
	case "basis":
		return &m.Basis
	case "citations":
		return &m.Citations
	case "state":
		return &m.State
	}
	return nil
}

type server struct {
	pool      *pgxpool.Pool
	statement string
	fragment  *template.Template
	headers   map[string][]string
}

var buffers = sync.Pool{New: func() interface{} { return new(bytes.Buffer) }}

// GET /ask/{message}
func (s *server) show(w http.ResponseWriter, r *http.Request) {
	found, err := s.find(r.Context(), strings.TrimPrefix(r.URL.Path, "/ask/"))
	if errors.Is(err, pgx.ErrNoRows) {
		http.NotFound(w, r)
		return
	}
	body := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(body)
	body.Reset()
	if err == nil {
		err = s.fragment.Execute(body, found)
	}
	if err != nil {
		log.Print(err)
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	header := w.Header()
	for name, values := range s.headers {
		header[name] = values
	}
	header["X-Request-Id"] = []string{strconv.FormatUint(rand.Uint64()|1<<63, 16)}
	header["Content-Length"] = []string{strconv.Itoa(body.Len())}
	w.Write(body.Bytes())
}

func (s *server) find(ctx context.Context, id string) (*message, error) {
	rows, err := s.pool.Query(ctx, s.statement, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return nil, err
		}
		return nil, pgx.ErrNoRows
	}
	found := new(message)
	columns := rows.FieldDescriptions()
	places := make([]interface{}, len(columns))
	for i := range columns {
		places[i] = found.place(string(columns[i].Name))
	}
	return found, rows.Scan(places...)
}

func main() {
	folder, database, address := os.Args[1], os.Args[2], os.Args[3]
	read := func(name string) []byte {
		content, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			log.Fatal(err)
		}
		return content
	}
	pool, err := pgxpool.Connect(context.Background(), database)
	if err != nil {
		log.Fatal(err)
	}
	s := &server{pool: pool, statement: string(read("statement.sql"))}
	s.fragment = template.Must(template.New("fragment").Parse(string(read("fragment.html"))))
	if err := json.Unmarshal(read("headers.json"), &s.headers); err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/ask/", s.show)
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("ok")) })
	log.Fatal(http.ListenAndServe(address, nil))
}
