package org.seqlm.ngram.files;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.trie.Bytes;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.ngram.trie.SpilledBytes;
import org.seqlm.ngram.walk.ContextNgrams;
import org.seqlm.ngram.walk.NgramSink;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.RankedMerge;

/**
 * Writes the unigrams as {@link CountText} does, but sorted, and twice: by the bytes of their words
 * and by falling count, equal ones by their bytes; and the sum of their counts. What is more than a
 * bound is sorted in runs that wait on the local disk until they are merged.
 */
public final class SortedUnigrams implements NgramSink, Closeable {
  /** What a word takes beside its bytes, while it is collected and sorted. */
  private static final int WORD_BYTES = 40;

  private static final int BUFFER = 1 << 14;
  private static final int BY_BYTES = 0;
  private static final int BY_COUNT = 1;

  private final OutputStream[] outs;
  private final Iterator<PackedTokens> more;
  private final Passages passages;
  private final Spill spill;
  private final List<List<SpilledBytes>> runs = List.of(new ArrayList<>(), new ArrayList<>());
  private PackedTokens.Builder collected = new PackedTokens.Builder();
  private PackedTokens part = collected.take(); // of the words of all ids
  private int first; // id of the part's first word
  private long total;

  /**
   * @param outs for the words by their bytes, for those by falling count, and for the sum; they
   *     stay open
   * @param words of all ids, part by part
   * @param spill for the words
   */
  public SortedUnigrams(
      OutputStream[] outs, Iterator<PackedTokens> words, Passages passages, Spill spill) {
    this.outs = outs;
    this.more = words;
    this.passages = passages;
    this.spill = spill;
  }

  @Override
  public void context(ContextNgrams ngrams) throws IOException {
    for (int i = 0; i < ngrams.size(); i++) {
      int id = ngrams.words()[i];
      long count = ngrams.counts()[i];
      while (id >= first + part.size()) {
        first += part.size();
        part = more.next();
      }
      total += passages.marked(id, id) ? 0 : count;
      if (count > 0) {
        int start = part.start(id - first);
        byte[] word = CountText.escaped(part.arena(), start, part.end(id - first) - start);
        collected.add(word, 0, word.length, count);
        if (collected.bytes() + (long) WORD_BYTES * collected.size() > spill.memory()) {
          writeRuns(collected.take());
        }
      }
    }
  }

  private static Integer[] sorted(PackedTokens words, int order) {
    Integer[] places = new Integer[words.size()];
    Arrays.setAll(places, i -> i);
    Comparator<Integer> byCount = (a, b) -> RankedMerge.compare(words, a, words, b);
    Comparator<Integer> byBytes =
        (a, b) ->
            Arrays.compareUnsigned(
                words.arena(),
                words.start(a),
                words.end(a),
                words.arena(),
                words.start(b),
                words.end(b));
    Arrays.sort(places, order == BY_COUNT ? byCount : byBytes);
    return places;
  }

  private void writeRuns(PackedTokens words) throws IOException {
    for (int order : new int[] {BY_BYTES, BY_COUNT}) {
      SpilledBytes run = new SpilledBytes(new Spill(BUFFER, spill.folder()));
      runs.get(order).add(run);
      for (int place : sorted(words, order)) {
        run.next().writeNumber(words.counts()[place]);
        run.next().writeNumber(words.length(place));
        run.next().write(words.arena(), words.start(place), words.length(place));
        run.written();
      }
    }
  }

  @Override
  public void finish() throws IOException {
    PackedTokens last = collected.take();
    boolean spilled = !runs.get(BY_BYTES).isEmpty();
    if (spilled && last.size() > 0) {
      writeRuns(last);
    }
    for (int order : new int[] {BY_BYTES, BY_COUNT}) {
      Lines lines = new Lines(outs[order]);
      if (spilled) {
        merge(order, lines);
      } else {
        for (int place : sorted(last, order)) {
          lines.add(last.arena(), last.start(place), last.length(place), last.counts()[place]);
        }
      }
      lines.flush();
    }
    outs[2].write((total + "\n").getBytes(StandardCharsets.UTF_8));
    close();
  }

  private void merge(int order, Lines lines) throws IOException {
    PriorityQueue<Run> next =
        new PriorityQueue<>(
            order == BY_COUNT
                ? Comparator.comparingLong((Run run) -> run.count)
                    .reversed()
                    .thenComparing(run -> run.word, Arrays::compareUnsigned)
                : Comparator.comparing((Run run) -> run.word, Arrays::compareUnsigned));
    for (SpilledBytes bytes : runs.get(order)) {
      Run run = new Run(bytes);
      run.next();
      next.add(run);
    }
    while (!next.isEmpty()) {
      Run run = next.poll();
      lines.add(run.word, 0, run.word.length, run.count);
      if (run.next()) {
        next.add(run);
      }
    }
  }

  /** The words of a run, of which there is one at least. */
  private static final class Run {
    private final DataInputStream in;
    private long count;
    private byte[] word;

    Run(SpilledBytes bytes) throws IOException {
      this.in = new DataInputStream(new BufferedInputStream(bytes.open(), BUFFER));
    }

    boolean next() throws IOException {
      count = Bytes.readNumber(in);
      if (count < 0) {
        return false;
      }
      word = in.readNBytes((int) Bytes.readNumber(in));
      return true;
    }
  }

  /** Lines on their way to a file. */
  private static final class Lines {
    private final OutputStream out;
    private final Bytes lines = new Bytes(2 * BUFFER);

    Lines(OutputStream out) {
      this.out = out;
    }

    void add(byte[] word, int from, int length, long count) throws IOException {
      lines.write(word, from, length);
      lines.writeByte('\t');
      byte[] number = Long.toString(count).getBytes(StandardCharsets.US_ASCII);
      lines.write(number, 0, number.length);
      lines.writeByte('\n');
      if (lines.size() >= BUFFER) {
        flush();
      }
    }

    void flush() throws IOException {
      out.write(lines.array(), 0, lines.size());
      lines.clear();
    }
  }

  /** Removes what is on the local disk. */
  @Override
  public void close() throws IOException {
    for (List<SpilledBytes> ofOrder : runs) {
      for (SpilledBytes run : ofOrder) {
        run.close();
      }
      ofOrder.clear();
    }
  }
}
