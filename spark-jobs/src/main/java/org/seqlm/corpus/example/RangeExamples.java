package org.seqlm.corpus.example;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.seqlm.corpus.BadKind;
import org.seqlm.corpus.RangeRecords;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.text.Hash128;

/**
 * Reads the examples of one range once: each as {@link ParsedExample#encoded}, dealt to its split,
 * in the order of the range, and at last what there is to say of them, a {@link ReadRange}. It
 * holds a few records at a time.
 */
public final class RangeExamples implements Iterator<Object>, Closeable {
  private final ExampleRules rules;
  private final ExampleForm form; // null where the first example is looked for
  private final ExampleReader reader;
  private final RangeRecords records;
  private final ReadRange summary;
  private final ArrayDeque<Object> ready = new ArrayDeque<>();
  private final Hash128 hash = new Hash128();
  private boolean ended;

  /**
   * @param form that all examples have; null for any
   * @param bytesRead receives the bytes read as they are stored, a bit at a time
   */
  public RangeExamples(
      Configuration conf,
      ExampleRules rules,
      ExampleForm form,
      CorpusRange range,
      LongConsumer bytesRead) {
    this.rules = rules;
    this.form = form;
    reader = new ExampleReader(rules.columns(), rules.text());
    summary = new ReadRange(range.pieces().size());
    records =
        new RangeRecords(
            conf, rules.source(), range, rules.columns().columns(), new Taken(), bytesRead);
  }

  @Override
  public boolean hasNext() {
    try {
      while (ready.isEmpty() && !ended) {
        if (!records.step()) {
          ready.add(summary);
          ended = true;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return !ready.isEmpty();
  }

  @Override
  public Object next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }

  @Override
  public void close() {
    records.close();
  }

  /** Makes an example of a record's fields. */
  @FunctionalInterface
  private interface Fields {
    ObjectNode fields() throws BadExampleException;
  }

  private final class Taken implements RangeRecords.Sink {
    private CorpusFile file;
    private int piece;
    private long pathHigh;
    private long pathLow;

    @Override
    public void startPiece(int place, CorpusFile of) {
      piece = place;
      file = of;
      byte[] name = of.relative().getBytes(StandardCharsets.UTF_8);
      hash.hash(name, 0, name.length, 1, 2);
      pathHigh = hash.high();
      pathLow = hash.low();
    }

    @Override
    public void line(byte[] utf8, int from, int to, long place) {
      take(() -> RecordFields.ofLine(utf8, from, to), place);
    }

    @Override
    public void row(Group row, long place) {
      take(() -> RecordFields.ofRow(row), place);
    }

    @Override
    public RangeRecords.Steps rows(InputStream text) throws IOException {
      Set<String> texts = new TreeSet<>();
      for (String role :
          Set.of(RoleColumns.INPUT, RoleColumns.SOURCE, RoleColumns.TARGET, RoleColumns.LABEL)) {
        texts.add(rules.columns().name(role));
      }
      return new CsvRows(
          text,
          rules.source().maxRecordBytes(),
          texts,
          new CsvRows.Sink() {
            @Override
            public void row(ObjectNode fields, long line) {
              take(() -> fields, line);
            }

            @Override
            public void bad(String message, long line) {
              summary.records++;
              summary.note(ExampleProblem.BAD_ROW, message, piece, line);
            }
          });
    }

    private void take(Fields record, long place) {
      summary.records++;
      try {
        ObjectNode fields = record.fields();
        ParsedExample example = reader.read(fields);
        if (form != null) {
          form.check(example, rules.columns());
        }
        byte[] encoded = example.encoded(piece, place);
        rules.splits().deal(encoded, file, reader.split(fields), rules.columns(), hash);
        int split = ParsedExample.split(encoded);
        summary.examples[split]++;
        summary.blockBytes[split] += example.blockBytes();
        fingerprint(encoded, split);
        ready.add(encoded);
      } catch (BadExampleException e) {
        summary.note(e.problem(), e.getMessage(), piece, place);
      }
    }

    /**
     * Where a line stands in its file only the driver knows, so the order of examples is no part of
     * it, but which file has them.
     */
    private void fingerprint(byte[] encoded, int split) {
      ParsedExample.contentHash(encoded, hash, pathHigh + split, pathLow);
      summary.addToFingerprint(hash.high(), hash.low());
    }

    @Override
    public void bad(BadKind kind, long place) {
      summary.records++;
      String message =
          switch (kind) {
            case OVER_LONG ->
                "it has more than "
                    + rules.source().maxRecordBytes()
                    + " bytes: raise input.max-record-bytes";
            case INVALID_UTF8 -> "it is no UTF-8: write it in UTF-8";
            default -> kind.label();
          };
      summary.note(ExampleProblem.of(kind), message, piece, place);
    }

    @Override
    public void unreadable(String reason) {
      summary.note(ExampleProblem.UNREADABLE_FILE, reason, piece, 0);
    }

    @Override
    public void endPiece(long places) {
      summary.places[piece] = places;
    }
  }
}
