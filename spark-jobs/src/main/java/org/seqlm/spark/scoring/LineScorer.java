package org.seqlm.spark.scoring;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.seqlm.corpus.KeptRecord;
import org.seqlm.corpus.RangeLines;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.corpus.scores.RowFields;
import org.seqlm.corpus.scores.ScoreWriter;
import org.seqlm.lm.TextScore;
import org.seqlm.lm.files.ScoreFiles;
import org.seqlm.spark.scoring.ScoredRange.DocumentScore;

/**
 * Scores the lines of one range with models, and puts those of a document together. Where rows are
 * for documents, each document is a text of its own. What the range holds of documents that others
 * hold, too, is left to {@link CutDocuments} where a model must read them from their beginning:
 * then only its lines are counted.
 */
final class LineScorer implements RangeLines.Sink {
  private final TextModels models;
  private final ScoredRange scored;
  private final ScoreFiles.Unit unit; // null where no rows are kept
  private final RowFields kept;
  private final ScoreWriter rows; // null where none are kept
  private final CutParts cutParts;
  private final String cutFile;
  private final String openFile;
  private final TaskContext context;
  private final List<TextScore> line = new ArrayList<>();
  private CorpusFile file;
  private DocumentScore document;
  private KeptRecord next; // that the next lines are of
  private boolean head;
  private boolean left; // to others

  /** What becomes of the parts of a document that is cut between ranges. */
  enum CutParts {
    /** Each range scores its own. */
    SCORED,
    /** Others read the whole document. */
    LEFT
  }

  LineScorer(
      TextModels models,
      ScoredRange scored,
      TextScoring.Output output,
      ScoreWriter rows,
      CutParts cutParts,
      CorpusRange range,
      TaskContext context) {
    this.models = models;
    this.scored = scored;
    this.unit = output == null ? null : output.unit();
    this.kept = output == null ? RowFields.PLACE : output.kept();
    this.rows = rows;
    this.cutParts = cutParts;
    this.cutFile = goesOn(range, DocumentUnit.FILE);
    this.openFile = goesOn(range, DocumentUnit.BLANK_LINE);
    this.context = context;
  }

  /** The file of such documents that goes on after the range; null if none does. */
  private static String goesOn(CorpusRange range, DocumentUnit documents) {
    if (range.pieces().isEmpty()) {
      return null;
    }
    CorpusRange.Piece last = range.pieces().get(range.pieces().size() - 1);
    return last.file().document() == documents && last.to() < last.file().length()
        ? last.file().path()
        : null;
  }

  @Override
  public void startPiece(CorpusFile from, boolean goesOn) {
    file = from;
    head = goesOn;
    left = goesOn && cutParts == CutParts.LEFT;
    if (goesOn) {
      models.startText();
    }
    holdWhatMayBeCut();
  }

  @Override
  public boolean keepsRecords() {
    return kept == RowFields.COLUMNS;
  }

  @Override
  public void record(KeptRecord whole) {
    next = whole;
  }

  @Override
  public void startDocument() throws IOException {
    endDocument();
    head = false;
    left = cutParts == CutParts.LEFT && file.path().equals(cutFile);
    holdWhatMayBeCut();
    if (unit == ScoreFiles.Unit.DOCUMENT) {
      models.startText();
    } else {
      models.startDocument();
    }
  }

  /** Of documents between blank lines only the end of the range tells whether one is cut. */
  private void holdWhatMayBeCut() {
    if (cutParts == CutParts.LEFT && !left && file.path().equals(openFile)) {
      models.hold();
    }
  }

  @Override
  public void line(byte[] utf8, int from, int to, boolean terminated, long record, long place)
      throws IOException {
    if (context.isInterrupted()) {
      throw new TaskKilledException("told to stop");
    }
    line.clear();
    if (!left) {
      models.line(file.path(), record, place, utf8, from, to, terminated, line);
    }
    if (unit != ScoreFiles.Unit.DOCUMENT) {
      if (rows != null) {
        rows.row(file.path(), record, place, line, null);
      }
      return;
    }
    if (document == null) {
      document = new DocumentScore();
      document.path = file.path();
      document.record = record;
      document.kept = next;
    }
    document.lines++;
    if (!left) {
      document.add(line);
    }
  }

  private void endDocument() throws IOException {
    if (document == null) {
      return;
    }
    if (head) {
      scored.head = document;
    } else if (rows != null) {
      document.writeTo(rows);
    }
    document = null;
    if (cutParts == CutParts.LEFT) {
      models.keep();
    }
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
      if (cutParts == CutParts.LEFT) {
        models.drop();
      }
    } else {
      endDocument();
    }
  }

  /** Tells the range what all of it came to. */
  void finish() throws IOException {
    models.keep();
    scored.sums = models.sums();
  }
}
