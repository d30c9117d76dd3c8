package org.seqlm.ngram.compiled;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.seqlm.store.MappedFile;
import org.seqlm.text.Hash128;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;

/**
 * A vocabulary that lies in a compiled model's file: the tokens' bytes one after the other, where
 * each ends, and a table with open addressing whose slots hold a token's id + 1 and, but for {@link
 * Layout#SMALL}, half of its hash. A token is found by its hash and then compared, so no other is
 * taken for it. The hash is a part of the file's format: with another, {@link CompiledFile#VERSION}
 * rises.
 */
final class CompiledVocabulary implements Vocabulary {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final String WORDS = "its table of words";
  private static final String TOKENS = "tokens";
  private static final String ENDS = "token-ends";
  private static final String SLOTS = "token-slots";
  private static final String COUNTS = "token-counts";

  private final CompiledHeader.Words words;
  private final CompiledFile compiled;
  private final MappedFile file;
  private final long tokens;
  private final int tokensEnd; // of all tokens' bytes
  private final long ends;
  private final long slots;
  private final boolean narrow; // slots hold ids alone
  private final int mask;
  private final long counts; // -1 where all are 0

  CompiledVocabulary(CompiledFile compiled) {
    this.compiled = compiled;
    CompiledHeader header = compiled.header();
    words = header.vocabulary();
    file = compiled.bytes();
    tokens = header.section(TOKENS).offset();
    tokensEnd = (int) header.section(TOKENS).length();
    ends = header.section(ENDS).offset();
    slots = header.section(SLOTS).offset();
    narrow = header.layout() == Layout.SMALL;
    mask = slots(words.size()) - 1;
    CompiledHeader.Section counted = header.sectionIfAny(COUNTS);
    counts = counted == null ? -1 : counted.offset();
  }

  /** Writes a vocabulary's sections. */
  static CompiledHeader.Words write(Vocabulary vocabulary, Layout layout, SectionWriter out)
      throws IOException {
    PackedTokens packed = Vocabularies.pack(vocabulary);
    int size = packed.size();
    out.begin(TOKENS);
    out.put(packed.arena(), 0, size == 0 ? 0 : packed.end(size - 1));
    out.end();
    out.begin(ENDS);
    boolean counted = false;
    for (int id = 0; id < size; id++) {
      out.putInt(packed.end(id));
      counted |= packed.counts()[id] != 0;
    }
    out.end();
    if (counted) {
      out.begin(COUNTS);
      for (int id = 0; id < size; id++) {
        out.putLong(packed.counts()[id]);
      }
      out.end();
    }
    long[] table = new long[slots(size)];
    for (int id = 0; id < size; id++) {
      long hash = Hash128.of(packed.arena(), packed.start(id), packed.end(id));
      int slot = (int) hash & table.length - 1;
      while (table[slot] != 0) {
        slot = slot + 1 & table.length - 1;
      }
      table[slot] = hash & 0xffffffff_00000000L | id + 1;
    }
    out.begin(SLOTS);
    for (long entry : table) {
      if (layout == Layout.SMALL) {
        out.putInt((int) entry);
      } else {
        out.putLong(entry);
      }
    }
    out.end();
    return new CompiledHeader.Words(
        size, vocabulary.reserved(), vocabulary.lineEnd(), vocabulary.fingerprint());
  }

  /** A power of two, of which tokens take two thirds at most. */
  private static int slots(int size) {
    int slots = 16;
    while (2L * slots < 3L * size && slots < 1 << 30) {
      slots *= 2;
    }
    return slots;
  }

  @Override
  public int size() {
    return words.size();
  }

  @Override
  public int reserved() {
    return words.reserved();
  }

  @Override
  public int lineEnd() {
    return words.lineEnd();
  }

  @Override
  public String fingerprint() {
    return words.fingerprint();
  }

  @Override
  public String token(int id) {
    if (id < 0 || id >= size()) {
      throw new IndexOutOfBoundsException("id must be 0 to " + (size() - 1) + ", but is " + id);
    }
    try {
      int from = Objects.checkFromToIndex(start(id), end(id), tokensEnd);
      byte[] utf8 = new byte[end(id) - from];
      file.get(tokens + from, utf8, 0, utf8.length);
      return new String(utf8, StandardCharsets.UTF_8);
    } catch (IndexOutOfBoundsException e) {
      throw compiled.damaged(WORDS);
    }
  }

  private int start(int id) {
    return id == 0 ? 0 : end(id - 1);
  }

  private int end(int id) {
    return file.getInt(ends + 4L * id);
  }

  @Override
  public long count(int id) {
    return counts < 0 ? 0 : file.getLong(counts + 8L * id);
  }

  @Override
  public int id(String token) {
    byte[] utf8 = token.getBytes(StandardCharsets.UTF_8);
    return Math.max(UNKNOWN, find(utf8, 0, utf8.length));
  }

  @Override
  public int id(byte[] utf8, int from, int to) {
    int id = find(utf8, from, to);
    // A text's own "</s>" is an unknown word: it must not end a line.
    return id < words.reserved() ? UNKNOWN : id;
  }

  /** The id of a token, or -1. */
  private int find(byte[] utf8, int from, int to) {
    try {
      return probe(utf8, from, to);
    } catch (IndexOutOfBoundsException e) {
      throw compiled.damaged(WORDS);
    }
  }

  private int probe(byte[] utf8, int from, int to) {
    long hash = Hash128.of(utf8, from, to);
    int slot = (int) hash & mask;
    while (true) {
      long entry = narrow ? file.getInt(slots + 4L * slot) : file.getLong(slots + 8L * slot);
      if (entry == 0) {
        return -1;
      }
      if (narrow || ((entry ^ hash) & 0xffffffff_00000000L) == 0) {
        int id = (int) entry - 1;
        if (equal(id, utf8, from, to)) {
          return id;
        }
      }
      slot = slot + 1 & mask;
    }
  }

  /** Compares eight bytes at a time; behind the last token's other bytes of the file follow. */
  private boolean equal(int id, byte[] utf8, int from, int to) {
    int length = to - from;
    int start = start(id);
    if (end(id) - start != length) {
      return false;
    }
    long at = tokens + start;
    if (length >= Long.BYTES) {
      for (int i = 0; i + Long.BYTES <= length; i += Long.BYTES) {
        if (file.getLong(at + i) != (long) LONGS.get(utf8, from + i)) {
          return false;
        }
      }
      return file.getLong(at + length - Long.BYTES) == (long) LONGS.get(utf8, to - Long.BYTES);
    }
    long bytes = 0;
    for (int i = to - 1; i >= from; i--) {
      bytes = bytes << Byte.SIZE | utf8[i] & 0xff;
    }
    return ((file.getLong(at) ^ bytes) & (1L << Byte.SIZE * length) - 1) == 0;
  }
}
