package org.seqlm.profile;

import java.util.Arrays;
import org.seqlm.vocab.TokenTable;

/**
 * The words of consecutive documents, by group: how often each stands there, in how many documents,
 * and where first. A document is of one group. It holds all words that differ, until it is emptied:
 * what stands on either side of that is two stretches of the text, whose rows {@link WordFold}
 * adds. Not thread-safe.
 */
public final class WordTable {
  /** Numbers of a {@link #row}. */
  public static final int ROW = 5;

  /** Bytes before a word that tell its group. */
  private static final int GROUP_BYTES = 2;

  /** Bytes that a word takes beside its own: five numbers, its end, and its slots. */
  private static final int WORD_BYTES = 60;

  private TokenTable table;
  private byte[] keyed = new byte[64];
  private long[] counts;
  private long[] documents;
  private long[] firstDocuments;
  private long[] lastDocuments;
  private long[] firsts;

  private int group;
  private long document;
  private long tokens;

  /** Without a word. */
  public WordTable() {
    clear();
  }

  /**
   * Forgets the words, not how far the text has come: its next words are numbered from 0 again,
   * documents and places go on.
   */
  public void clear() {
    table = new TokenTable(1 << 10);
    counts = new long[1 << 10];
    documents = new long[1 << 10];
    firstDocuments = new long[1 << 10];
    lastDocuments = new long[1 << 10];
    firsts = new long[1 << 10];
  }

  /** Bytes that the words take, more or less. */
  public long memory() {
    return table.bytes() + (long) WORD_BYTES * table.size();
  }

  /** What follows is of this group, 0 to 65535. */
  public void startGroup(int code) {
    group = code;
  }

  /** What follows is of the next document; before that, of one that began earlier, number 0. */
  public void startDocument() {
    document++;
  }

  /**
   * A word.
   *
   * @return its number here, the same for its equals of the same group
   */
  public int add(byte[] utf8, int from, int to) {
    int length = to - from + GROUP_BYTES;
    if (keyed.length < length) {
      keyed = new byte[length * 2];
    }
    keyed[0] = (byte) (group >> 8);
    keyed[1] = (byte) group;
    System.arraycopy(utf8, from, keyed, GROUP_BYTES, to - from);
    int id = table.add(keyed, 0, length);
    if (id == counts.length) {
      int room = counts.length * 2;
      counts = Arrays.copyOf(counts, room);
      documents = Arrays.copyOf(documents, room);
      firstDocuments = Arrays.copyOf(firstDocuments, room);
      lastDocuments = Arrays.copyOf(lastDocuments, room);
      firsts = Arrays.copyOf(firsts, room);
    }
    if (counts[id]++ == 0) {
      firsts[id] = tokens;
      firstDocuments[id] = document;
      documents[id] = 1;
    } else if (lastDocuments[id] != document) {
      documents[id]++;
    }
    lastDocuments[id] = document;
    tokens++;
    return id;
  }

  /** Words that differ, those of each group apart. */
  public int size() {
    return table.size();
  }

  /** Words so far. */
  public long tokens() {
    return tokens;
  }

  /** A word's UTF-8. */
  public byte[] word(int id) {
    return Arrays.copyOfRange(table.arena(), table.start(id) + GROUP_BYTES, table.end(id));
  }

  /** A word's group. */
  public int groupOf(int id) {
    int at = table.start(id);
    return (table.arena()[at] & 0xFF) << 8 | table.arena()[at + 1] & 0xFF;
  }

  /** What is known of a word. // ({@value #ROW}) */
  public long[] row(int id) {
    return new long[] {
      counts[id], documents[id], firstDocuments[id], lastDocuments[id], firsts[id]
    };
  }
}
