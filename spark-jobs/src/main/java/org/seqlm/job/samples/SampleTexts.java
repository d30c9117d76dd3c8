package org.seqlm.job.samples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.corpus.BadRecords;
import org.seqlm.corpus.RangeLines;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;

/** Reads samples, a document each, in this process. */
final class SampleTexts implements RangeLines.Sink {
  /** As much as a model would write in a week is no sample. */
  private static final long MOST_BYTES = 64L << 20;

  /**
   * A sample.
   *
   * @param path of its file
   * @param record its first record's place in the file, from 1
   * @param text without its last line end
   * @param end its last line end, or nothing
   */
  record Sample(String path, long record, String text, String end) {}

  private final List<Sample> samples = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private String path;
  private long first;
  private boolean open;
  private boolean terminated;
  private long bytes;

  private SampleTexts() {}

  /**
   * Reads them, in the order of their paths.
   *
   * @throws UserException with exit code 3 if there are none or too much is bad, 2 if they are too
   *     many to be samples
   */
  static List<Sample> read(Configuration conf, CorpusSource source, Progress progress)
      throws IOException {
    SampleTexts sink = new SampleTexts();
    List<RangeSummary> summaries = new ArrayList<>();
    // Nothing is cut.
    for (CorpusRange range : CorpusPlan.of(conf, source, Long.MAX_VALUE).ranges()) {
      summaries.add(
          RangeLines.read(conf, source, range, new long[range.pieces().size()], sink, n -> {}));
    }
    sink.end();
    RangeSummary total = RangeSummary.sum(summaries);
    BadRecords.check(source, summaries, total);
    BadRecords.tell(progress, total);
    if (sink.samples.isEmpty()) {
      throw UserException.data(
          "there are no samples in "
              + String.join(" ", source.paths())
              + ": give --input FILE with some text");
    }
    return List.copyOf(sink.samples);
  }

  @Override
  public void startPiece(CorpusFile file, boolean goesOn) {
    end();
    path = file.path();
  }

  @Override
  public void startDocument() {
    end();
  }

  @Override
  public void line(byte[] utf8, int from, int to, boolean lineEnds, long record, long line) {
    bytes += to - from + 1;
    if (bytes > MOST_BYTES) {
      throw UserException.configuration(
          "the samples have more than "
              + MOST_BYTES
              + " bytes, which is the most that is checked at once: check them in parts");
    }
    if (open) {
      text.append('\n');
    } else {
      open = true;
      first = record;
    }
    terminated = lineEnds;
    text.append(new String(utf8, from, to - from, StandardCharsets.UTF_8));
  }

  @Override
  public void endPiece(boolean goesOn) {
    end();
  }

  private void end() {
    if (open) {
      samples.add(new Sample(path, first, text.toString(), terminated ? "\n" : ""));
      text.setLength(0);
      open = false;
    }
  }
}
