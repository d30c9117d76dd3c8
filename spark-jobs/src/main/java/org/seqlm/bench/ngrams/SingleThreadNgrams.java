package org.seqlm.bench.ngrams;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Counts n-grams the way one would on one machine whose memory holds them: one thread, every token
 * an id by its bytes, the ids of the text in memory, and one open-addressing table an order whose
 * key is the number of the n-gram's first n − 1 tokens and its last.
 */
public final class SingleThreadNgrams {
  private static final int START = 0;
  private static final int END = 1;

  private final Words words = new Words();
  // (position): the text, START and END around every line
  private int[] text = new int[1 << 20];
  private int length;

  private SingleThreadNgrams() {}

  /**
   * Counts files.
   *
   * @param args the file to write {@link NgramTotals} to, the order, the texts
   */
  public static void main(String[] args) throws IOException {
    List<Path> files = Arrays.stream(args).skip(2).map(Path::of).toList();
    count(files, Integer.parseInt(args[1])).write(Path.of(args[0]));
  }

  static NgramTotals count(List<Path> files, int order) throws IOException {
    SingleThreadNgrams counting = new SingleThreadNgrams();
    for (Path file : files) {
      counting.read(file);
    }
    return counting.count(order);
  }

  private void read(Path file) throws IOException {
    NgramText.read(
        file,
        new NgramText.Sink() {
          private boolean inLine;

          @Override
          public void token(byte[] bytes, int from, int tokenLength) {
            begin();
            add(words.id(bytes, from, tokenLength));
          }

          @Override
          public void endLine() {
            begin();
            add(END);
            inLine = false;
          }

          private void begin() {
            if (!inLine) {
              add(START);
              inLine = true;
            }
          }
        });
  }

  private void add(int id) {
    if (length == text.length) {
      text = Arrays.copyOf(text, length + (length >> 1));
    }
    text[length++] = id;
  }

  private NgramTotals count(int order) {
    List<Long> totals = new ArrayList<>();
    List<Long> types = new ArrayList<>();
    List<Long> innerTotals = new ArrayList<>();
    List<Long> innerTypes = new ArrayList<>();
    long[] counts = new long[words.size()];
    for (int i = 0; i < length; i++) {
      counts[text[i]]++;
    }
    totals.add((long) length);
    types.add(Arrays.stream(counts).filter(count -> count > 0).count());
    innerTotals.add(length - counts[START] - counts[END]);
    innerTypes.add(Arrays.stream(counts).skip(END + 1).filter(count -> count > 0).count());
    // (position): the number of the n-gram that begins there, -1 where its line is too short
    int[] numbers = order > 1 ? Arrays.copyOf(text, length) : null;
    for (int n = 2; n <= order; n++) {
      Table table = new Table(1 << 20);
      long total = 0;
      long inner = 0;
      long innerSize = 0;
      for (int i = 0; i < length; i++) {
        // An n-gram that reaches beyond its line has END before its last token.
        if (numbers[i] < 0 || i + n > length || text[i + n - 2] == END) {
          numbers[i] = -1;
          continue;
        }
        total++;
        int size = table.size;
        numbers[i] = table.count((long) numbers[i] << 32 | text[i + n - 1]);
        if (text[i] != START && text[i + n - 1] != END) {
          inner++;
          innerSize += table.size - size;
        }
      }
      totals.add(total);
      types.add((long) table.size);
      innerTotals.add(inner);
      innerTypes.add(innerSize);
    }
    return new NgramTotals(totals, types, innerTotals, innerTypes);
  }

  private static long mix(long key) {
    long z = key * 0x9e3779b97f4a7c15L;
    return z ^ (z >>> 32);
  }

  /** Keys, numbered as they first appear, and how often they were seen. */
  private static final class Table {
    // (slot, 2): key + 1 or 0 where the slot is free, then number and count
    private long[] slots;
    private int mask;
    private int size;
    private int most;

    Table(int capacity) {
      slots = new long[2 * capacity];
      mask = capacity - 1;
      most = capacity / 10 * 7;
    }

    /** Counts a key and says its number. */
    int count(long key) {
      int slot = slot(key);
      if (slots[2 * slot] == 0) {
        if (size == most) {
          grow();
          slot = slot(key);
        }
        slots[2 * slot] = key + 1;
        slots[2 * slot + 1] = (long) size++ << 32;
      }
      return (int) (++slots[2 * slot + 1] >>> 32);
    }

    private int slot(long key) {
      int slot = (int) mix(key) & mask;
      while (slots[2 * slot] != 0 && slots[2 * slot] != key + 1) {
        slot = slot + 1 & mask;
      }
      return slot;
    }

    private void grow() {
      long[] old = slots;
      int capacity = old.length; // twice what it was
      slots = new long[2 * capacity];
      mask = capacity - 1;
      most = capacity / 10 * 7;
      for (int i = 0; i < old.length; i += 2) {
        if (old[i] != 0) {
          int slot = slot(old[i] - 1);
          slots[2 * slot] = old[i];
          slots[2 * slot + 1] = old[i + 1];
        }
      }
    }
  }

  /** Ids of words by their bytes. */
  private static final class Words {
    private byte[] bytes = new byte[1 << 20];
    private int used;
    // (id): where its bytes end
    private int[] ends = new int[1 << 16];
    private int size;
    // (slot, 2): id + 1 or 0 where the slot is free, and the upper half of the word's hash
    private int[] slots = new int[1 << 18];

    Words() {
      byte[] start = "<s>".getBytes(StandardCharsets.UTF_8);
      byte[] end = "</s>".getBytes(StandardCharsets.UTF_8);
      id(start, 0, start.length);
      id(end, 0, end.length);
    }

    int size() {
      return size;
    }

    int id(byte[] word, int from, int wordLength) {
      long hash = 0;
      for (int i = from; i < from + wordLength; i++) {
        hash = hash * 31 + word[i];
      }
      hash = mix(hash);
      int tag = (int) (hash >>> 32);
      int mask = (slots.length >> 1) - 1;
      int slot = (int) hash & mask;
      while (slots[2 * slot] != 0) {
        int id = slots[2 * slot] - 1;
        if (slots[2 * slot + 1] == tag && same(id, word, from, wordLength)) {
          return id;
        }
        slot = slot + 1 & mask;
      }
      slots[2 * slot] = size + 1;
      slots[2 * slot + 1] = tag;
      add(word, from, wordLength);
      if (size > mask / 2) {
        grow();
      }
      return size - 1;
    }

    private boolean same(int id, byte[] word, int from, int wordLength) {
      return Arrays.equals(
          bytes, id == 0 ? 0 : ends[id - 1], ends[id], word, from, from + wordLength);
    }

    private void add(byte[] word, int from, int wordLength) {
      while (used + wordLength > bytes.length) {
        bytes = Arrays.copyOf(bytes, 2 * bytes.length);
      }
      System.arraycopy(word, from, bytes, used, wordLength);
      used += wordLength;
      if (size == ends.length) {
        ends = Arrays.copyOf(ends, 2 * size);
      }
      ends[size++] = used;
    }

    private void grow() {
      int[] old = slots;
      slots = new int[2 * old.length];
      int mask = old.length - 1;
      for (int i = 0; i < old.length; i += 2) {
        if (old[i] != 0) {
          // The slot needs the lower half of the hash: made again from the bytes.
          int id = old[i] - 1;
          long hash = 0;
          for (int b = id == 0 ? 0 : ends[id - 1]; b < ends[id]; b++) {
            hash = hash * 31 + bytes[b];
          }
          int slot = (int) mix(hash) & mask;
          while (slots[2 * slot] != 0) {
            slot = slot + 1 & mask;
          }
          slots[2 * slot] = old[i];
          slots[2 * slot + 1] = old[i + 1];
        }
      }
    }
  }
}
