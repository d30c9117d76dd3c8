package org.seqlm.drift;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.seqlm.text.Hash128;

/**
 * The documents with the least keys of all that are added: a sample without replacement, since keys
 * are hashes, and the same one however the documents were dealt out and in whatever order they
 * came.
 */
public final class DocumentSample {
  private static final Comparator<DocumentWords> BY_KEY =
      (a, b) -> Long.compareUnsigned(a.key, b.key);

  private final int most;
  private final PriorityQueue<DocumentWords> kept = new PriorityQueue<>(BY_KEY.reversed());

  /**
   * @param most documents that are kept, at least 1
   */
  public DocumentSample(int most) {
    this.most = most;
  }

  /** The key of the document at a place of a file, or of a part of a file. */
  public static long key(long seed, String file, long part, long place) {
    byte[] utf8 = file.getBytes(StandardCharsets.UTF_8);
    return new Hash128().hash(utf8, 0, utf8.length, Hash128.mix(seed) ^ part, place).low();
  }

  /** Whether a document with this key would be kept. */
  public boolean wants(long key) {
    return kept.size() < most || Long.compareUnsigned(key, kept.peek().key) < 0;
  }

  /** Adds a document; null is none. */
  public void add(DocumentWords document) {
    if (document != null && wants(document.key)) {
      kept.add(document);
      if (kept.size() > most) {
        kept.poll();
      }
    }
  }

  /** By rising key. */
  public List<DocumentWords> documents() {
    List<DocumentWords> documents = new ArrayList<>(kept);
    documents.sort(BY_KEY);
    return documents;
  }
}
