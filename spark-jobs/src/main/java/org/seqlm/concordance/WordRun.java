package org.seqlm.concordance;

import java.io.IOException;
import java.util.Arrays;
import org.seqlm.ngram.trie.Bytes;
import org.seqlm.vocab.TokenTable;

/**
 * The words of up to 2^20 consecutive places, held in primitive arrays until they are written,
 * sorted by their bytes.
 *
 * <pre>
 * terms      for each of up to 64: bytes shared with the one before, other bytes, those; count,
 *            documents, first document less the run's first, last less the first, postings' bytes
 * postings   of these terms: places in the run, each less the one before
 * directory  blocks of terms; for each: its first term, bytes of terms and postings, both CRCs
 * documents  for each that has a word here: place less the one before, number less the one before
 * </pre>
 */
final class WordRun {
  /** Where the parts of a run go. */
  @FunctionalInterface
  interface Sink {
    /** Appends bytes to the file. */
    void write(byte[] bytes, int length) throws IOException;
  }

  private TokenTable table = new TokenTable(1 << 10);
  private int[] ids = new int[1 << 10];
  private int size;
  private int[] starts = new int[16]; // of documents that have a word here: the first's place
  private long[] numbers = new long[16];
  private int documents;

  int size() {
    return size;
  }

  boolean isFull() {
    return size >= Layout.RUN_WORDS || table.bytes() >= Layout.RUN_TERM_BYTES;
  }

  /** Adds the next word, of a document that is the last one's or a later one. */
  void add(byte[] term, int length, long document) {
    if (documents == 0 || numbers[documents - 1] != document) {
      if (documents == starts.length) {
        starts = Arrays.copyOf(starts, documents * 2);
        numbers = Arrays.copyOf(numbers, documents * 2);
      }
      starts[documents] = size;
      numbers[documents++] = document;
    }
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, size * 2);
    }
    ids[size++] = table.add(term, 0, length);
  }

  /**
   * Writes the run and empties it.
   *
   * @param at where in the file it begins
   * @param entry receives what the footer says of it
   */
  void write(long at, Sink out, Bytes entry) throws IOException {
    int terms = table.size();
    int[] places = places();
    int[] ends = new int[terms]; // of each term's places
    int[] counts = new int[terms];
    for (int i = 0; i < size; i++) {
      counts[ids[i]]++;
    }
    int end = 0;
    for (int t = 0; t < terms; t++) {
      end += counts[t];
      ends[t] = end;
    }
    int[] order = sorted(terms);
    Bytes directory = new Bytes(1 << 12);
    Bytes entries = new Bytes(1 << 12);
    Bytes postings = new Bytes(1 << 12);
    long offset = at;
    for (int from = 0; from < terms; from += Layout.TERMS) {
      entries.clear();
      postings.clear();
      int to = Math.min(terms, from + Layout.TERMS);
      for (int i = from; i < to; i++) {
        int id = order[i];
        term(entries, id, i == from ? -1 : order[i - 1]);
        postings(entries, postings, places, ends[id] - counts[id], ends[id]);
      }
      int first = order[from];
      directory.writeNumber(table.end(first) - table.start(first));
      directory.write(table.arena(), table.start(first), table.end(first) - table.start(first));
      directory.writeNumber(entries.size());
      directory.writeNumber(postings.size());
      number(directory, Layout.crc(entries.array(), 0, entries.size()));
      number(directory, Layout.crc(postings.array(), 0, postings.size()));
      out.write(entries.array(), entries.size());
      out.write(postings.array(), postings.size());
      offset += entries.size() + postings.size();
    }
    entry.writeNumber(at);
    entry.writeNumber(size);
    entry.writeNumber(terms);
    entry.writeNumber(offset - at);
    part(directory, out, entry);
    part(documents(), out, entry);
    size = 0;
    documents = 0;
    table = new TokenTable(1 << 10);
  }

  private static void part(Bytes bytes, Sink out, Bytes entry) throws IOException {
    out.write(bytes.array(), bytes.size());
    entry.writeNumber(bytes.size());
    number(entry, Layout.crc(bytes.array(), 0, bytes.size()));
  }

  private static void number(Bytes to, int crc) {
    to.writeNumber(crc & 0xFFFFFFFFL);
  }

  /** All places, by term, rising: counting sort. */
  private int[] places() {
    int[] next = new int[table.size() + 1];
    for (int i = 0; i < size; i++) {
      next[ids[i] + 1]++;
    }
    for (int t = 1; t < next.length; t++) {
      next[t] += next[t - 1];
    }
    int[] places = new int[size];
    for (int i = 0; i < size; i++) {
      places[next[ids[i]]++] = i;
    }
    return places;
  }

  private void term(Bytes entries, int id, int before) {
    byte[] arena = table.arena();
    int from = table.start(id);
    int to = table.end(id);
    int shared = 0;
    if (before >= 0) {
      int other = Arrays.mismatch(arena, table.start(before), table.end(before), arena, from, to);
      shared = other < 0 ? to - from : other;
    }
    entries.writeNumber(shared);
    entries.writeNumber(to - from - shared);
    entries.write(arena, from + shared, to - from - shared);
  }

  /** Writes the rest of a term's entry, and the postings it counts. */
  private void postings(Bytes entries, Bytes postings, int[] places, int from, int to) {
    int begin = postings.size();
    int document = documentOf(places[from]);
    long first = numbers[document];
    int distinct = 1;
    int last = 0;
    for (int i = from; i < to; i++) {
      int place = places[i];
      postings.writeNumber(place - last);
      last = place;
      if (document + 1 < documents && starts[document + 1] <= place) {
        document = documentOf(place);
        distinct++;
      }
    }
    entries.writeNumber(to - from);
    entries.writeNumber(distinct);
    entries.writeNumber(first - numbers[0]);
    entries.writeNumber(numbers[document] - first);
    entries.writeNumber(postings.size() - begin);
  }

  private int documentOf(int place) {
    int found = Arrays.binarySearch(starts, 0, documents, place);
    return found >= 0 ? found : -found - 2;
  }

  private Bytes documents() {
    Bytes bytes = new Bytes(16);
    bytes.writeNumber(documents);
    int place = 0;
    long number = 0;
    for (int i = 0; i < documents; i++) {
      bytes.writeNumber(starts[i] - place);
      bytes.writeNumber(numbers[i] - number);
      place = starts[i];
      number = numbers[i];
    }
    return bytes;
  }

  /**
   * The terms by their bytes: a merge sort, for there is none of the JDK's for ints by an order.
   */
  private int[] sorted(int terms) {
    int[] order = new int[terms];
    for (int t = 0; t < terms; t++) {
      order[t] = t;
    }
    int[] other = new int[terms];
    for (int width = 1; width > 0 && width < terms; width *= 2) {
      for (int from = 0; from < terms; from += 2 * width) {
        int middle = Math.min(terms, from + width);
        merge(order, from, middle, Math.min(terms, middle + width), other);
      }
      int[] swap = order;
      order = other;
      other = swap;
    }
    return order;
  }

  private void merge(int[] from, int start, int middle, int end, int[] to) {
    int left = start;
    int right = middle;
    for (int i = start; i < end; i++) {
      boolean takeLeft =
          left < middle && (right == end || table.compare(from[left], from[right]) <= 0);
      to[i] = takeLeft ? from[left++] : from[right++];
    }
  }
}
