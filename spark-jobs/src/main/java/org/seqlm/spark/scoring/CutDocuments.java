package org.seqlm.spark.scoring;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.corpus.RangeLines;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.lm.TextScore;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.scoring.ScoredRange.DocumentScore;
import org.seqlm.spark.scoring.lines.LineRules;

/**
 * The documents that no range holds whole: ranges tell which there are, in the order of the text.
 * Where a model's contexts end with the line, their parts add up. Where one must read them from
 * their beginning, each is read once more, whole, by a task of its own.
 */
final class CutDocuments {
  /**
   * One of them.
   *
   * @param score sum of its parts
   * @param first range
   * @param last range
   */
  record Cut(DocumentScore score, int first, int last) {}

  private CutDocuments() {}

  /** Puts the parts together. */
  static List<Cut> of(List<ScoredRange> ranges) {
    List<Cut> cut = new ArrayList<>();
    DocumentScore open = null;
    int first = 0;
    for (int r = 0; r < ranges.size(); r++) {
      ScoredRange range = ranges.get(r);
      if (range.head != null) {
        if (open == null) {
          open = range.head; // its beginning was left out: a bad record
          first = r;
        } else {
          open.add(range.head);
        }
      }
      if (!range.headGoesOn) {
        if (open != null) {
          cut.add(new Cut(open, first, r));
        }
        open = range.open;
        first = r;
      }
    }
    if (open != null) {
      cut.add(new Cut(open, first, ranges.size() - 1));
    }
    return cut;
  }

  /**
   * Reads each from its beginning to its end.
   *
   * @param recordsBefore of each piece of each range
   * @return of each what it came to, as the {@code head} and the sums of a range
   */
  static List<ScoredRange> score(
      JavaSparkContext spark,
      CorpusPlan plan,
      CorpusSource source,
      List<Cut> cut,
      long[][] recordsBefore,
      List<TextScoring.Scorer> models,
      LineRules rules,
      TextScoring.Output output,
      Broadcast<SharedSettings> conf) {
    List<Task> tasks = new ArrayList<>();
    List<Integer> indices = new ArrayList<>();
    for (Cut document : cut) {
      List<CorpusRange.Piece> pieces = new ArrayList<>();
      List<Long> before = new ArrayList<>();
      for (int r = document.first(); r <= document.last(); r++) {
        List<CorpusRange.Piece> all = plan.ranges().get(r).pieces();
        for (int i = 0; i < all.size(); i++) {
          if (all.get(i).file().path().equals(document.score().path)) {
            pieces.add(all.get(i));
            before.add(recordsBefore[r][i]);
          }
        }
      }
      indices.add(tasks.size());
      tasks.add(
          new Task(
              new CorpusRange(0, List.copyOf(pieces)),
              before.stream().mapToLong(Long::longValue).toArray(),
              document.score().record));
    }
    // Records cross the wire in a closure only.
    Task[] all = tasks.toArray(Task[]::new);
    List<TextScoring.Scorer> scorers = List.copyOf(models);
    return spark
        .parallelize(indices, indices.size())
        .map(
            index -> {
              Task task = all[index];
              Configuration hadoop = conf.value().value();
              String part = String.format(Locale.ROOT, "part-cut-%05d", index);
              try (TaskFiles files = TaskFiles.ofTokens(hadoop, output, part, TaskContext.get())) {
                TextModels lines = new TextModels(scorers, rules, files.tokens());
                Whole whole = new Whole(lines, task.record(), TaskContext.get());
                RangeLines.read(hadoop, source, task.range(), task.before(), whole, n -> {});
                ScoredRange read = whole.finish();
                read.files = files.keep();
                return read;
              }
            })
        .collect();
  }

  /**
   * A document to read.
   *
   * @param range all pieces that hold some of it
   * @param before records of its file before each piece
   * @param record its first, from 1
   */
  private record Task(CorpusRange range, long[] before, long record) implements Serializable {}

  /** Reads one document of a file. */
  private static final class Whole implements RangeLines.Sink {
    private final TextModels models;
    private final long first;
    private final TaskContext context;
    private final DocumentScore score = new DocumentScore();
    private boolean begun;
    private boolean ended;

    Whole(TextModels models, long first, TaskContext context) {
      this.models = models;
      this.first = first;
      this.context = context;
    }

    @Override
    public void startPiece(CorpusFile file, boolean goesOn) {
      score.path = file.path();
      score.record = first;
    }

    @Override
    public void startDocument() {
      ended |= begun;
    }

    @Override
    public void line(byte[] utf8, int from, int to, boolean terminated, long record, long place)
        throws IOException {
      if (context.isInterrupted()) {
        throw new TaskKilledException("told to stop");
      }
      begun |= record == first;
      if (!begun || ended) {
        return;
      }
      List<TextScore> line = new ArrayList<>();
      models.line(score.path, record, place, utf8, from, to, terminated, line);
      score.lines++;
      score.add(line);
    }

    @Override
    public void endPiece(boolean goesOn) {
      // The next piece goes on where this one ends.
    }

    ScoredRange finish() throws IOException {
      ScoredRange read = new ScoredRange();
      models.keep();
      read.sums = models.sums();
      read.head = score;
      return read;
    }
  }
}
