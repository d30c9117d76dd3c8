package org.seqlm.spark.scoring;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.seqlm.corpus.RangeLines;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.scores.TextSample;
import org.seqlm.lm.LanguageModel;
import org.seqlm.lm.TextScore;
import org.seqlm.lm.files.ScoreFiles;

/**
 * The perplexities of the lines, or documents, of a range that are in a sample. Lines outside it
 * are read only where those after them depend on them. Documents that ranges cut are left out.
 */
final class SampledLines implements RangeLines.Sink {
  private final TextModels models;
  private final boolean everyLine;
  private final ScoreFiles.Unit unit;
  private final TextSample sample;
  private final TaskContext context;
  private final DoubleStream.Builder perplexities = DoubleStream.builder();
  private final List<TextScore> line = new ArrayList<>();
  private CorpusFile file;
  private long fileHash;
  private boolean begins;
  private boolean taken; // the document
  private TextScore document;
  private long cut;

  /**
   * @param models the one whose perplexity counts
   * @param memory how far back what it read decides what it says
   */
  SampledLines(
      TextModels models,
      LanguageModel.Memory memory,
      ScoreFiles.Unit unit,
      TextSample sample,
      TaskContext context) {
    this.models = models;
    this.everyLine = unit == ScoreFiles.Unit.LINE && memory == LanguageModel.Memory.TEXT;
    this.unit = unit;
    this.sample = sample;
    this.context = context;
  }

  @Override
  public void startPiece(CorpusFile from, boolean goesOn) {
    file = from;
    fileHash = sample.file(from.relative());
    begins = false;
    taken = false;
    if (goesOn) {
      models.startText();
    }
  }

  @Override
  public void startDocument() {
    endDocument();
    begins = true;
    if (unit == ScoreFiles.Unit.DOCUMENT) {
      models.startText();
    } else {
      models.startDocument();
    }
  }

  @Override
  public void line(byte[] utf8, int from, int to, boolean terminated, long record, long place)
      throws IOException {
    if (context.isInterrupted()) {
      throw new TaskKilledException("told to stop");
    }
    boolean wanted = sample.takes(fileHash, record, place);
    if (begins) {
      taken = unit == ScoreFiles.Unit.DOCUMENT && wanted;
      begins = false;
    }
    if (!(unit == ScoreFiles.Unit.DOCUMENT ? taken : wanted || everyLine)) {
      return;
    }
    line.clear();
    models.line(file.path(), record, place, utf8, from, to, terminated, line);
    if (unit == ScoreFiles.Unit.DOCUMENT) {
      document = document == null ? line.get(0) : document.plus(line.get(0));
    } else if (wanted) {
      perplexities.add(line.get(0).perplexity());
    }
  }

  private void endDocument() {
    if (taken && document != null) {
      perplexities.add(document.perplexity());
    }
    taken = false;
    document = null;
  }

  @Override
  public void endPiece(boolean goesOn) {
    if (goesOn) {
      cut += taken ? 1 : 0;
      taken = false;
    }
    endDocument();
  }

  /** Documents of the sample that go on in another range. */
  long cut() {
    return cut;
  }

  /** What the sample came to, in the order of the text. */
  double[] perplexities() {
    return perplexities.build().toArray();
  }
}
