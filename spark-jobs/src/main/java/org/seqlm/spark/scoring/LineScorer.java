package org.seqlm.spark.scoring;

import java.io.IOException;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.seqlm.corpus.RangeLines;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.lm.LanguageModel;
import org.seqlm.lm.Score;
import org.seqlm.lm.files.ScoreFiles;
import org.seqlm.spark.scoring.ScoredRange.DocumentScore;
import org.seqlm.text.Tokenizer;
import org.seqlm.vocab.Vocabulary;

/** Scores the lines of one range with a model, and puts those of a document together. */
final class LineScorer implements RangeLines.Sink {
  private final LanguageModel model;
  private final Vocabulary vocabulary;
  private final Tokenizer tokenizer;
  private final ScoredRange scored;
  private final ScoreFiles.Unit unit; // null where no rows are kept
  private final ScoreFiles.Rows rows;
  private final TaskContext context;
  private final Score.Sum sum = new Score.Sum();
  private final boolean characters;
  private LanguageModel.Reading reading;
  private CorpusFile file;
  private DocumentScore document;
  private boolean head;
  private long lineTokens;
  private long lineUnknown;
  private double lineNats;

  LineScorer(
      LanguageModel model,
      Tokenizer tokenizer,
      ScoredRange scored,
      ScoreFiles.Unit unit,
      ScoreFiles.Rows rows,
      TaskContext context) {
    this.model = model;
    this.vocabulary = model.vocabulary();
    this.tokenizer = tokenizer;
    this.scored = scored;
    this.unit = unit;
    this.rows = rows;
    this.context = context;
    characters = vocabulary.sentenceEnd() < 0;
    reading = model.start();
  }

  @Override
  public void startPiece(CorpusFile from, boolean goesOn) {
    file = from;
    head = goesOn;
    if (goesOn) {
      reading = model.start();
    }
  }

  @Override
  public void startDocument() throws IOException {
    endDocument();
    head = false;
    reading.startDocument();
  }

  @Override
  public void line(byte[] utf8, int from, int to, boolean terminated, long record, long line)
      throws IOException {
    if (context.isInterrupted()) {
      throw new TaskKilledException("told to stop");
    }
    lineTokens = 0;
    lineUnknown = 0;
    lineNats = 0;
    scored.characters += tokenizer.tokenize(utf8, from, to, this::word);
    scored.characters += terminated ? 1 : 0;
    if (!characters) {
      token(vocabulary.sentenceEnd());
    } else if (terminated) {
      token(vocabulary.id("\n"));
    }
    double log10 = lineNats / Math.log(10);
    if (unit == ScoreFiles.Unit.LINE) {
      rows.row(file.path(), record, line, lineTokens, lineUnknown, log10);
      return;
    }
    if (document == null) {
      document = new DocumentScore();
      document.path = file.path();
      document.record = record;
    }
    document.lines++;
    document.tokens += lineTokens;
    document.unknown += lineUnknown;
    document.log10 += log10;
  }

  /** The sum over all tokens so far. */
  Score score() {
    return sum.score();
  }

  private void word(byte[] utf8, int from, int to) {
    int id = vocabulary.id(utf8, from, to);
    if (id == Vocabulary.UNKNOWN) {
      scored.unknownBytes += to - from;
    }
    token(id);
  }

  private void token(int id) {
    if (!model.reads(id)) {
      return;
    }
    lineNats += sum.add(reading, id);
    lineTokens++;
    lineUnknown += id == Vocabulary.UNKNOWN ? 1 : 0;
    reading.read(id);
  }

  private void endDocument() throws IOException {
    if (document == null) {
      return;
    }
    if (head) {
      scored.head = document;
    } else if (unit != null) {
      document.writeTo(rows);
    }
    document = null;
  }

  @Override
  public void endPiece(boolean goesOn) throws IOException {
    if (goesOn && unit == ScoreFiles.Unit.DOCUMENT) {
      if (head) {
        scored.head = document;
        scored.headGoesOn = true;
      } else {
        scored.open = document;
      }
      document = null;
    } else {
      endDocument();
    }
  }
}
