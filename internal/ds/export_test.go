package ds

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Download reads what a first pass over a démarche reads, with the same
// documents and the same transport, and throws it away: nothing is decoded but
// pageInfo. It tells how many requests that took, and how many bytes.
func (c *Client) Download(ctx context.Context, demarche int) (requests int, size int64, err error) {
	for _, d := range []document{dossiersDocument, pendingDocument, deletedDocument} {
		for cursor, more := "", true; more; requests++ {
			info, n, err := c.throwAway(ctx, d, demarche, cursor)
			if err != nil {
				return requests, size, err
			}
			size += n
			more, cursor = info.HasNextPage, info.EndCursor
		}
	}
	return requests, size, nil
}

func (c *Client) throwAway(ctx context.Context, d document, demarche int, cursor string) (wirePageInfo, int64, error) {
	variables := map[string]any{"demarche": demarche}
	if d.name != pendingDocument.name {
		variables["since"] = timestamp(time.Time{})
	}
	if d.name == dossiersDocument.name {
		variables["withDemarche"], variables["size"] = cursor == "", 100
	}
	if cursor != "" {
		variables["after"] = cursor
	}
	body, err := json.Marshal(map[string]any{"query": d.text, "operationName": d.name, "variables": variables})
	if err != nil {
		return wirePageInfo{}, 0, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return wirePageInfo{}, 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return wirePageInfo{}, 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return wirePageInfo{}, 0, fmt.Errorf("HTTP %d", resp.StatusCode)
	}
	return skim(resp.Body)
}

// skimmed is enough for what stands before the nodes, groupes included.
const skimmed = 1 << 20

// skim reads a body to its end and keeps its pageInfo.
func skim(body io.Reader) (info wirePageInfo, size int64, err error) {
	head, err := io.ReadAll(io.LimitReader(body, skimmed))
	if err != nil {
		return info, 0, err
	}
	_, after, found := bytes.Cut(head, []byte(`"pageInfo":`))
	if !found {
		return info, 0, errors.New("no pageInfo at the head of the page")
	}
	if err := json.NewDecoder(bytes.NewReader(after)).Decode(&info); err != nil {
		return info, 0, err
	}
	rest, err := io.Copy(io.Discard, body)
	return info, int64(len(head)) + rest, err
}
