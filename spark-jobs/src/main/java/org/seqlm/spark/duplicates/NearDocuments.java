package org.seqlm.spark.duplicates;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaRDD;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.duplicates.DuplicateSettings;
import org.seqlm.duplicates.Jaccard;
import org.seqlm.duplicates.ShingleRules;
import org.seqlm.duplicates.Shingles;

/**
 * Pairs of documents that are much alike, of different texts: rows {@code (later document, earlier
 * document, bits of their Jaccard similarity)}. Documents meet that agree in a band; then the text
 * is read once more for their shingles, which go to the earlier document of each pair, one pair
 * after the other.
 */
final class NearDocuments {
  private final TextPasses text;
  private final DuplicateSettings settings;
  private final int partitions;

  NearDocuments(TextPasses text, DuplicateSettings settings, int partitions) {
    this.text = text;
    this.settings = settings;
    this.partitions = partitions;
  }

  /**
   * Finds them.
   *
   * @param equal documents that are left out, since another has the same text: what is told to be
   *     equal to an earlier one
   */
  JavaRDD<long[]> of(DocumentPass documents, JavaRDD<long[]> equal) {
    JavaRDD<long[]> copies =
        SortedRows.by(equal.map(row -> new long[] {row[0]}), 1, SortedRows.BY_RANGE, text.ranges());
    JavaRDD<long[]> keys = documents.rows().zipPartitions(copies, NearDocuments::keys);
    int most = settings.bucket();
    int known = text.known().parts();
    return compared(
        SortedRows.by(keys, 2, SortedRows.BY_FIRST, partitions)
            .mapPartitions(part -> SortedRows.each(part, new Buckets(most, known))),
        settings.threshold());
  }

  /**
   * Holds pairs against each other, whether they met in a band or not: rows as above.
   *
   * @param pairs rows (later document, earlier document), each once or more
   */
  JavaRDD<long[]> of(JavaRDD<long[]> pairs) {
    return compared(
        pairs.mapPartitions(
            part -> SortedRows.each(part, (row, out) -> Buckets.pair(row[1], row[0], out))),
        0);
  }

  /** Reads the shingles of documents, rows (document, earlier one), itself among them. */
  private JavaRDD<long[]> compared(JavaRDD<long[]> asked, double threshold) {
    ShingleRules rules = settings.shingles();
    TextPasses passes = text;
    JavaRDD<long[]> shingles =
        text.asked(
            SortedRows.by(asked, 2, SortedRows.BY_RANGE, text.ranges()),
            (range, rows, task) -> {
              if (!rows.hasNext()) {
                return Collections.emptyIterator();
              }
              LongRows found = LongRows.open(task);
              passes.read(range, new Asked(rules, rows, found), task, n -> {});
              return new Sent(found.read());
            },
            (part, rows, task) -> {
              if (!rows.hasNext()) {
                return Collections.emptyIterator();
              }
              LongRows found = LongRows.open(task);
              Wanted wanted = new Wanted(rows, found);
              passes
                  .known()
                  .each(part, passes.settings(), task, wanted::take)
                  .forEachRemaining(taken -> {});
              return new Sent(found.read());
            });
    return SortedRows.by(shingles, 2, SortedRows.BY_FIRST, partitions)
        .mapPartitions(part -> SortedRows.each(part, new Verified(threshold)));
  }

  /** Rows (key, document) of the documents that are no copies. */
  private static Iterator<long[]> keys(Iterator<long[]> documents, Iterator<long[]> copies) {
    return SortedRows.each(
        documents,
        new SortedRows.Step() {
          private long copy = copies.hasNext() ? copies.next()[0] : -1;

          @Override
          public void row(long[] row, Consumer<long[]> out) {
            if (row[0] == copy) {
              copy = copies.hasNext() ? copies.next()[0] : -1;
              return;
            }
            for (int i = DocumentPass.KEYS; i < row.length; i++) {
              out.accept(new long[] {row[i], row[0]});
            }
          }
        });
  }

  /**
   * Pairs the documents of a bucket, which rise: rows (document, earlier document) of what is to be
   * sent to the earlier one, itself among it. Known ones, which come first, are no pairs of each
   * other, and take no places of new ones; so what is done for a new document is bounded however
   * many are known.
   */
  static final class Buckets implements SortedRows.Step {
    private final int knownParts;
    private final long[] known; // the bucket's first known documents
    private final long[] first; // its first new ones
    private int knownHeld;
    private int held;
    private boolean begun;
    private long key;
    private long before;

    Buckets(int most, int knownParts) {
      this.knownParts = knownParts;
      known = new long[most];
      first = new long[most];
    }

    @Override
    public void row(long[] row, Consumer<long[]> out) {
      long document = row[1];
      if (!begun || key != row[0]) {
        begun = true;
        key = row[0];
        knownHeld = 0;
        held = 0;
      } else if (document == before) {
        return; // two of its bands have the same hash
      }
      if (DocumentId.range(document) < knownParts) {
        if (knownHeld < known.length) {
          known[knownHeld++] = document;
        }
      } else if (held < first.length) {
        for (int i = 0; i < knownHeld; i++) {
          pair(known[i], document, out);
        }
        for (int i = 0; i < held; i++) {
          pair(first[i], document, out);
        }
        first[held++] = document;
      } else {
        if (knownHeld > 0) {
          pair(known[0], document, out);
        }
        pair(first[0], document, out);
        pair(before, document, out);
      }
      before = document;
    }

    private static void pair(long earlier, long later, Consumer<long[]> out) {
      out.accept(new long[] {earlier, earlier});
      out.accept(new long[] {later, earlier});
    }
  }

  /** Writes rows (n, n documents, document, shingles...) of what is asked. */
  private static final class Wanted {
    private final Iterator<long[]> asked;
    private final LongRows found;
    private final List<Long> by = new ArrayList<>();
    private long[] next;

    Wanted(Iterator<long[]> asked, LongRows found) {
      this.asked = asked;
      this.found = found;
      next = asked.next();
    }

    /** Goes to a document; whether anybody asks for it. */
    boolean begin(long id) {
      by.clear();
      while (next != null && next[0] == id) {
        if (by.isEmpty() || by.get(by.size() - 1) != next[1]) {
          by.add(next[1]);
        }
        next = asked.hasNext() ? asked.next() : null;
      }
      return !by.isEmpty();
    }

    void write(long id, long[] set) {
      long[] row = new long[2 + by.size() + set.length];
      row[0] = by.size();
      for (int i = 0; i < by.size(); i++) {
        row[1 + i] = by.get(i);
      }
      row[1 + by.size()] = id;
      System.arraycopy(set, 0, row, 2 + by.size(), set.length);
      found.add(row);
    }

    /** A known document. */
    boolean take(SketchFile.Reader document) {
      boolean wanted = begin(document.row()[0]);
      if (wanted) {
        write(document.row()[0], document.shingles());
      }
      return wanted;
    }
  }

  /** Makes them of documents that are read. */
  private static final class Asked extends TextReading.Sink {
    private final Shingles shingles;
    private final Wanted rows;
    private boolean wanted;
    private long id;

    Asked(ShingleRules rules, Iterator<long[]> asked, LongRows found) {
      shingles = new Shingles(rules);
      rows = new Wanted(asked, found);
    }

    @Override
    void begin(long document, CorpusFile file, int number, long record) {
      id = document;
      wanted = rows.begin(document);
      shingles.clear();
    }

    @Override
    void line(byte[] utf8, int from, int to, boolean terminated) {
      if (wanted) {
        shingles.add(utf8, from, to);
      }
    }

    @Override
    void end() {
      if (wanted) {
        rows.write(id, shingles.end());
      }
    }
  }

  /** Rows (earlier document, document, shingles...), one at a time. */
  private static final class Sent implements Iterator<long[]> {
    private final Iterator<long[]> found;
    private long[] row;
    private int sent;

    Sent(Iterator<long[]> found) {
      this.found = found;
    }

    @Override
    public boolean hasNext() {
      return row != null && sent < row[0] || found.hasNext();
    }

    @Override
    public long[] next() {
      if (row == null || sent == row[0]) {
        if (!found.hasNext()) {
          throw new NoSuchElementException();
        }
        row = found.next();
        sent = 0;
      }
      int n = (int) row[0];
      long[] one = new long[row.length - n];
      one[0] = row[1 + sent++];
      System.arraycopy(row, 1 + n, one, 1, one.length - 1);
      return one;
    }
  }

  /** Holds each document against the earlier one, whose own row comes first. */
  private static final class Verified implements SortedRows.Step {
    private final double threshold;
    private long earlier;
    private long[] set;

    Verified(double threshold) {
      this.threshold = threshold;
    }

    @Override
    public void row(long[] row, Consumer<long[]> out) {
      long[] shingles = Arrays.copyOfRange(row, 2, row.length);
      if (row[0] == row[1]) {
        earlier = row[0];
        set = shingles;
        return;
      }
      if (set == null || row[0] != earlier) {
        throw new IllegalStateException("no shingles of document " + row[0]);
      }
      double similarity = Jaccard.of(set, shingles);
      if (similarity >= threshold) {
        out.accept(new long[] {row[1], row[0], Double.doubleToLongBits(similarity)});
      }
    }
  }
}
