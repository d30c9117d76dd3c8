package org.seqlm.ngram.compiled;

import java.io.IOException;
import java.util.Arrays;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.store.MappedFile;

/**
 * The layout {@link Layout#FAST}: unigrams by id, and of each higher order a table with open
 * addressing. A slot holds the n-gram's {@link NgramHash}, its log10 p ({@link StoredLog}) and, but
 * for the highest order, its log10 γ. Hashes stand in rising order, each at or behind the slot that
 * is its own of about 1.5 an n-gram, so a search ends at the first that is not less, and the table
 * is written from its first slot to its last.
 */
final class FastModel extends CompiledModel {
  private static final String UNIGRAMS = "unigrams";
  private static final int UNIGRAM_BYTES = 8;
  private static final int BYTES = 16;
  private static final int HIGHEST_BYTES = 12;

  private final MappedFile file;
  private final long seed;
  private final long unigrams;
  private final long[] tables; // by order - 2
  private final long[] slots; // of each

  FastModel(CompiledFile compiled) {
    super(compiled);
    CompiledHeader header = compiled.header();
    file = compiled.bytes();
    seed = header.seed();
    unigrams = header.section(UNIGRAMS).offset();
    tables = new long[header.order() - 1];
    slots = new long[header.order() - 1];
    for (int n = 2; n <= header.order(); n++) {
      tables[n - 2] = header.section(table(n)).offset();
      slots[n - 2] = slots(header.entries().get(n - 1));
    }
  }

  private static String table(int n) {
    return n + "-grams";
  }

  private static long slots(long entries) {
    return Math.max(1, entries + entries / 2);
  }

  @Override
  Matcher matcher() {
    return new FastMatcher();
  }

  /**
   * Looks up from the shortest n-grams on; or, while a text's words mostly end n-grams of the
   * highest order, in that order's table first. Of a word that is found there all is known, and the
   * shorter n-grams that end in it are looked up only if the next word is not: their weights belong
   * to its contexts. So a text like the one that the model was made of costs a slot a word, not N.
   */
  private final class FastMatcher extends Matcher {
    private static final int MOST_EVIDENCE = 4 * BLOCK;

    // Of the words that still match.
    private final int[] active = new int[BLOCK]; // their places
    private final long[] hashes = new long[BLOCK];
    private final long[] homes = new long[BLOCK]; // where their slots are in the file
    private final long[] first = new long[BLOCK]; // the hashes there

    // Of the highest order's table, by place.
    private final boolean[] found = new boolean[words.length];
    private final float[] foundLogProbabilities = new float[words.length];

    private int evidence; // above 0 where more words were found there than not, of late

    FastMatcher() {
      super(FastModel.this.order());
    }

    @Override
    void match(int from, int to) {
      Arrays.fill(found, from, to, false);
      boolean highestFirst = order > 2 && evidence > 0;
      if (highestFirst) {
        findHighest(startHighest(from, to));
      }
      int count = 0;
      for (int place = from; place < to; place++) {
        if (!found[place] || isAskedFor(place, to)) {
          count = startShortest(place, count);
        }
      }
      for (int n = 2; n < order && count > 0; n++) {
        fetch(n, count, BYTES);
        count = compare(n, count);
      }
      if (order > 1 && !highestFirst) {
        findHighest(count);
      }
      settle(from, to);
    }

    /**
     * Whether somebody asks for the contexts that end in a word that was found: the next, or one
     * behind the block.
     */
    private boolean isAskedFor(int place, int to) {
      return place + 1 == to || (limits[place + 1] > 1 && !found[place + 1]);
    }

    /**
     * Begins with the n-grams of the highest order that may end in these words, but for their first
     * words; gives how many.
     */
    private int startHighest(int from, int to) {
      int count = 0;
      for (int place = from; place < to; place++) {
        if (limits[place] == order) {
          long hash = NgramHash.of(seed, words[place]);
          for (int n = 2; n < order; n++) {
            hash = NgramHash.longer(hash, words[place - n + 1]);
          }
          hashes[count] = hash;
          active[count++] = place;
        }
      }
      return count;
    }

    /** Looks a word up by itself; gives how many words match so far. */
    private int startShortest(int place, int count) {
      int word = words[place];
      long at = unigrams + (long) UNIGRAM_BYTES * word;
      int bits = file.getInt(at);
      longest[place] = 1;
      logProbabilities[place] = StoredLog.logProbability(bits);
      orders[place] = (byte) (StoredLog.isReal(bits) ? 1 : 0);
      if (order == 1) {
        return count;
      }
      backoffs[0][place] = file.getFloat(at + 4);
      if (!StoredLog.begins(bits) || limits[place] == 1) {
        return count;
      }
      hashes[count] = NgramHash.of(seed, word);
      active[count] = place;
      return count + 1;
    }

    /**
     * Loads the slots of all words before any is looked at: no branch waits for memory. Loads are a
     * loop of their own, so short that a processor has many of them under way.
     */
    private void fetch(int n, int count, int bytes) {
      long table = tables[n - 2];
      long of = slots[n - 2];
      for (int i = 0; i < count; i++) {
        long hash = NgramHash.longer(hashes[i], words[active[i] - n + 1]);
        hashes[i] = hash;
        homes[i] = table + NgramHash.home(hash, of) * bytes;
      }
      file.getLongs(homes, count, first);
    }

    private int compare(int n, int count) {
      float[] weights = backoffs[n - 1];
      int left = 0;
      for (int i = 0; i < count; i++) {
        long hash = hashes[i];
        long at = homes[i];
        long found = first[i];
        while (found < hash) {
          at += BYTES;
          found = file.getLong(at);
        }
        if (found != hash) {
          continue;
        }
        int place = active[i];
        int bits = file.getInt(at + 8);
        longest[place] = n;
        weights[place] = file.getFloat(at + 12);
        if (StoredLog.isReal(bits)) {
          logProbabilities[place] = StoredLog.logProbability(bits);
          orders[place] = (byte) n;
        }
        if (StoredLog.begins(bits) && limits[place] > n) {
          hashes[left] = hash;
          active[left++] = place;
        }
      }
      return left;
    }

    private void findHighest(int count) {
      fetch(order, count, HIGHEST_BYTES);
      for (int i = 0; i < count; i++) {
        long hash = hashes[i];
        long at = homes[i];
        long there = first[i];
        while (there < hash) {
          at += HIGHEST_BYTES;
          there = file.getLong(at);
        }
        if (there == hash) {
          found[active[i]] = true;
          foundLogProbabilities[active[i]] = StoredLog.logProbability(file.getInt(at + 8));
        }
      }
    }

    /** What was found in the highest order's table goes before what the others hold. */
    private void settle(int from, int to) {
      for (int place = from; place < to; place++) {
        if (found[place]) {
          longest[place] = order;
          logProbabilities[place] = foundLogProbabilities[place];
          orders[place] = (byte) order;
          evidence++;
        } else if (limits[place] == order) {
          evidence--;
        }
      }
      evidence = Math.max(-MOST_EVIDENCE, Math.min(MOST_EVIDENCE, evidence));
    }
  }

  /** Writes the layout's sections. */
  static final class Writer implements LayoutWriter {
    private final SortedNgrams ngrams;
    private final Spill spill;
    private final RecordSort[] tables; // hash, log10 p, log10 γ // (order - 1)
    private final int[] unigrams; // log10 p and log10 γ by id // (2 vocabulary)
    private long[] entries;
    private long seed;

    /**
     * @param spill bytes in memory, and a folder that is there
     */
    Writer(SortedNgrams ngrams, Spill spill) {
      this.ngrams = ngrams;
      this.spill = new Spill(spill.memory() / ngrams.order(), spill.folder());
      this.tables = new RecordSort[ngrams.order() - 1];
      this.unigrams = new int[Math.multiplyExact(2, ngrams.vocabularySize())];
    }

    @Override
    public void write(SectionWriter out) throws IOException {
      do {
        seed++;
        close();
        sort();
      } while (!distinct());
      out.begin(UNIGRAMS);
      for (int i = 0; i < 2 * ngrams.vocabularySize(); i++) {
        out.putInt(unigrams[i]);
      }
      out.end();
      for (int n = 2; n <= ngrams.order(); n++) {
        out.begin(table(n));
        fill(tables[n - 2], n == ngrams.order(), out);
        out.end();
      }
    }

    /** Sorts each order's n-grams by their hashes. */
    private void sort() throws IOException {
      for (int i = 0; i < tables.length; i++) {
        tables[i] = new RecordSort(4, 2, spill);
      }
      entries = new long[ngrams.order()];
      long[] hashes = new long[ngrams.order() + 1]; // of the path, by length
      int[] record = new int[4];
      ngrams.walk(
          (n, key, logProbability, logBackoff, begins) -> {
            entries[n - 1]++;
            hashes[n] = NgramHash.longer(n == 1 ? seed : hashes[n - 1], key[n - 1]);
            if (n == 1) {
              unigrams[2 * key[0]] = StoredLog.bits(logProbability, begins);
              unigrams[2 * key[0] + 1] = Float.floatToRawIntBits(logBackoff);
            } else {
              record[0] = (int) (hashes[n] >>> 32) ^ Integer.MIN_VALUE;
              record[1] = (int) hashes[n];
              record[2] = StoredLog.bits(logProbability, begins);
              record[3] = Float.floatToRawIntBits(logBackoff);
              tables[n - 2].add(record);
            }
          });
    }

    private boolean distinct() throws IOException {
      for (RecordSort table : tables) {
        RecordSort.Cursor sorted = table.sorted();
        long before = NgramHash.NONE;
        while (sorted.next()) {
          long hash = hash(sorted.record());
          if (hash == before) {
            return false;
          }
          before = hash;
        }
      }
      return true;
    }

    private static long hash(int[] record) {
      return (long) (record[0] ^ Integer.MIN_VALUE) << 32 | record[1] & 0xffffffffL;
    }

    private static void fill(RecordSort table, boolean highest, SectionWriter out)
        throws IOException {
      long of = slots(table.size());
      RecordSort.Cursor sorted = table.sorted();
      long slot = 0;
      while (sorted.next()) {
        int[] record = sorted.record();
        long home = NgramHash.home(hash(record), of);
        slot = free(slot, home, highest, out) + 1;
        out.putLong(hash(record));
        out.putInt(record[2]);
        if (!highest) {
          out.putInt(record[3]);
        }
      }
      // The last ends every search.
      free(slot, Math.max(slot, of) + 1, highest, out);
    }

    /** Leaves slots free up to one, which may be passed already; gives the next. */
    private static long free(long slot, long to, boolean highest, SectionWriter out)
        throws IOException {
      for (long i = slot; i < to; i++) {
        out.putLong(NgramHash.NONE);
        out.putInt(0);
        if (!highest) {
          out.putInt(0);
        }
      }
      return Math.max(slot, to);
    }

    @Override
    public long[] entries() {
      return entries;
    }

    @Override
    public long seed() {
      return seed;
    }

    @Override
    public void close() throws IOException {
      for (RecordSort table : tables) {
        if (table != null) {
          table.close();
        }
      }
    }
  }
}
