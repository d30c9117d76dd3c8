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
import java.util.function.LongConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.seqlm.corpus.BadKind;
import org.seqlm.corpus.RangeRecords;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.text.Hash128;

/**
 * Reads the examples of one range once: what an {@link ExampleMaker} makes of each, in the order of
 * the range, and at last what there is to say of them, a {@link ReadRange}. It holds a few records
 * at a time.
 */
public final class RangeExamples implements Iterator<Object>, Closeable {
  private final CorpusSource source;
  private final ExampleMaker maker;
  private final RangeRecords records;
  private final ReadRange summary;
  private final ArrayDeque<Object> ready = new ArrayDeque<>();
  private final Hash128 hash = new Hash128();
  private boolean ended;

  /**
   * Begins a range.
   *
   * @param bytesRead receives the bytes read as they are stored, a bit at a time
   */
  public RangeExamples(
      Configuration conf,
      CorpusSource source,
      ExampleMaker maker,
      CorpusRange range,
      LongConsumer bytesRead) {
    this.source = source;
    this.maker = maker;
    summary = new ReadRange(range.pieces().size());
    records = new RangeRecords(conf, source, range, maker.columns(), new Taken(), bytesRead);
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
      return new CsvRows(
          text,
          source.maxRecordBytes(),
          maker.texts(),
          new CsvRows.Sink() {
            @Override
            public void row(ObjectNode fields, long line) {
              take(() -> fields, line);
            }

            @Override
            public void bad(String message, long line) {
              summary.records++;
              leave(ExampleProblem.BAD_ROW, null, message, line);
            }
          });
    }

    private void take(Fields record, long place) {
      summary.records++;
      ObjectNode fields = null;
      try {
        fields = record.fields();
        ExampleMaker.Made made = maker.made(fields, file, piece, place);
        int split = ParsedExample.split(made.encoded());
        summary.examples[split]++;
        summary.blockBytes[split] += made.blockBytes();
        fingerprint(made.encoded(), split);
        ready.add(made.encoded());
      } catch (BadExampleException e) {
        leave(e.problem(), fields, e.getMessage(), place);
      }
    }

    private void leave(ExampleProblem problem, ObjectNode fields, String message, long place) {
      summary.note(problem, message, piece, place);
      byte[] travels = maker.bad(fields, message, piece, place);
      if (travels != null) {
        ready.add(travels);
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
                    + source.maxRecordBytes()
                    + " bytes: raise input.max-record-bytes";
            case INVALID_UTF8 -> "it is no UTF-8: write it in UTF-8";
            default -> kind.label();
          };
      leave(ExampleProblem.of(kind), null, message, place);
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
