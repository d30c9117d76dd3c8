package org.seqlm.terms;

import java.util.Arrays;
import org.seqlm.vocab.TokenTable;

/** How often each word stands in a part of a text, and in which of its documents. */
public final class DocumentCounts {
  private final TokenTable words = new TokenTable(1 << 10);
  private long[] counts = new long[1 << 10];
  private long[] documents = new long[1 << 10];
  private long[] firstDocument = new long[1 << 10];
  private long[] lastDocument = new long[1 << 10];
  private long document; // those that have tokens, the open one among them
  private boolean fresh = true;
  private long tokens;

  /** A document begins with the next token. */
  public void startDocument() {
    fresh = true;
  }

  /** The next token, UTF-8. */
  public void token(byte[] utf8, int from, int to) {
    if (fresh) {
      document++;
      fresh = false;
    }
    tokens++;
    int word = words.add(utf8, from, to);
    if (word == counts.length) {
      counts = Arrays.copyOf(counts, 2 * word);
      documents = Arrays.copyOf(documents, 2 * word);
      firstDocument = Arrays.copyOf(firstDocument, 2 * word);
      lastDocument = Arrays.copyOf(lastDocument, 2 * word);
    }
    counts[word]++;
    if (lastDocument[word] != document) {
      firstDocument[word] = documents[word] == 0 ? document : firstDocument[word];
      lastDocument[word] = document;
      documents[word]++;
    }
  }

  /** Bytes that are held, more or less. */
  public long bytes() {
    return words.bytes() + 48L * words.size();
  }

  /** Tokens so far. */
  public long tokens() {
    return tokens;
  }

  /** Documents that have tokens. */
  public long documents() {
    return document;
  }

  /** Different words. */
  public int size() {
    return words.size();
  }

  /** A word's UTF-8. */
  public byte[] word(int i) {
    return Arrays.copyOfRange(words.arena(), words.start(i), words.end(i));
  }

  /** How often it stands here. */
  public long count(int i) {
    return counts[i];
  }

  /** How many documents have it. */
  public long documents(int i) {
    return documents[i];
  }

  /** The first of them, by its place among those that have tokens, from 1. */
  public long firstDocument(int i) {
    return firstDocument[i];
  }

  /** The last of them, likewise. */
  public long lastDocument(int i) {
    return lastDocument[i];
  }
}
