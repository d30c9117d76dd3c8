package org.seqlm.spark.predict;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.seqlm.corpus.example.AskedRecord;
import org.seqlm.corpus.example.AskedRules;
import org.seqlm.corpus.example.ExampleEncoder;
import org.seqlm.corpus.example.ParsedExample;
import org.seqlm.corpus.example.RoleColumns;
import org.seqlm.dataset.ExampleBlock;
import org.seqlm.dataset.ExampleColumn;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.metrics.task.TaskScorer;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Predictor;
import org.seqlm.spark.feed.ExampleBatches;
import org.seqlm.task.TaskContent;
import org.seqlm.task.predict.NextStep;
import org.seqlm.task.predict.PredictionFiles;
import org.seqlm.task.predict.PredictionRows;

/**
 * The records of one file as batches, {@value #TOGETHER} consecutive records each without the bad
 * ones, and what is predicted of them as rows. It holds a few batches.
 */
final class RecordChunks implements Iterator<Batch>, Predictor.Sink {
  static final int TOGETHER = 128;

  /**
   * Consecutive records.
   *
   * @param records as they travel
   * @param batch of the good ones; null where there are none
   * @param examples of them as they were asked
   * @param told whether all of these say what the network is to say
   */
  private record Chunk(
      List<byte[]> records, Batch batch, List<ParsedExample> examples, boolean told) {}

  private final TaskContent content;
  private final ExamplesDetails details;
  private final TaskScorer scorer;
  private final PredictionRows rows;
  private final String[] files;
  private final Iterator<byte[]> records;
  private final PredictionFiles.Rows sink;
  private final PredictedFile sums;
  private final Deque<Chunk> asked = new ArrayDeque<>();
  private long position;
  private Chunk next;

  /**
   * Of one file.
   *
   * @param files that records may be of
   * @param first place of the first record among all
   * @param sums are added up there
   */
  RecordChunks(
      TaskContent content,
      TaskScorer scorer,
      PredictionRows rows,
      String[] files,
      long first,
      Iterator<byte[]> records,
      PredictionFiles.Rows sink,
      PredictedFile sums) {
    this.content = content;
    this.details = content.details();
    this.scorer = scorer;
    this.rows = rows;
    this.files = files;
    this.position = first;
    this.records = records;
    this.sink = sink;
    this.sums = sums;
    sums.sums = new double[scorer.size()];
    sums.labels = new long[AskedRules.said(details).size()];
  }

  @Override
  public boolean hasNext() {
    while (next == null && records.hasNext()) {
      Chunk chunk = chunk();
      if (chunk.batch() == null) {
        asked.add(chunk);
      } else {
        next = chunk;
      }
    }
    return next != null;
  }

  @Override
  public Batch next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    asked.add(next);
    Batch batch = next.batch();
    next = null;
    return batch;
  }

  private Chunk chunk() {
    List<byte[]> taken = new ArrayList<>();
    List<ParsedExample> examples = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>();
    String role = AskedRules.told(details.task());
    boolean told = true;
    while (taken.size() < TOGETHER && records.hasNext()) {
      byte[] record = records.next();
      if (!AskedRecord.isBad(record)) {
        ParsedExample example = ParsedExample.decode(details.task(), record);
        boolean series = details.task() == ExampleTask.SERIES;
        examples.add(series ? NextStep.after(example) : example);
        numbers.add((int) (position + taken.size()));
        told &= role == null || example.value(role) != null;
        sums.told += role == null || example.value(role) != null ? 1 : 0;
      }
      taken.add(record);
    }
    position += taken.size();
    Batch batch = examples.isEmpty() ? null : batch(examples, told ? null : role);
    if (batch != null) {
      int[] own = numbers.stream().mapToInt(Integer::intValue).toArray();
      batch.put("numbers", new Batch.Ints(own, own.length));
    }
    return new Chunk(taken, batch, examples, told);
  }

  /**
   * The examples as the network reads them.
   *
   * @param without a column that not all of them have; or null
   */
  private Batch batch(List<ParsedExample> examples, String without) {
    List<ExampleColumn> columns =
        details.columns().stream().filter(column -> !column.name().equals(without)).toList();
    ExampleEncoder encoder = new ExampleEncoder(columns, content.vocabularies(), details.labels());
    ExampleBlock.Builder block = new ExampleBlock.Builder(columns);
    for (ParsedExample example : examples) {
      encoder.add(without == null ? example : example.without(without), details.task(), block);
    }
    ExampleBlock built = block.build();
    for (ExampleColumn column : columns) {
      if (ExampleEncoder.strings(column) == ExampleEncoder.Strings.READ) {
        for (int example = 0; example < built.examples(); example++) {
          sums.tokens += built.length(column.name(), example);
        }
        sums.unknown += encoder.unknown().getOrDefault(column.name(), 0L);
      }
    }
    return ExampleBatches.of(built, ExampleBatches.features(details));
  }

  @Override
  public void accept(Batch batch, Predictor.Predicted predicted) throws IOException {
    Chunk chunk = asked.remove();
    while (chunk.batch() != batch) {
      write(chunk, null);
      chunk = asked.remove();
    }
    write(chunk, predicted);
    countLabels(batch, predicted);
    if (chunk.told()) {
      scorer.add(sums.sums, batch, predicted);
    }
  }

  private void countLabels(Batch batch, Predictor.Predicted predicted) {
    if (sums.labels.length == 0) {
      return;
    }
    Batch.Ints ids = predicted.values().ints("ids"); // (B), or (B, T) of tags
    boolean tags = details.task() == ExampleTask.TAG;
    int[] lengths = tags ? batch.lengths(RoleColumns.INPUT) : null;
    for (int b = 0; b < batch.size(); b++) {
      for (int t = 0; t < (tags ? lengths[b] : 1); t++) {
        sums.labels[ids.values()[tags ? b * ids.shape()[1] + t : b]]++;
      }
    }
  }

  /** Writes what is left: bad records behind the last batch. */
  void end() throws IOException {
    while (!asked.isEmpty()) {
      write(asked.remove(), null);
    }
  }

  private void write(Chunk chunk, Predictor.Predicted predicted) throws IOException {
    int b = 0;
    for (byte[] record : chunk.records()) {
      ObjectNode row = JsonNodeFactory.instance.objectNode();
      row.put("path", files[ParsedExample.piece(record)]);
      row.put("record", ParsedExample.place(record) + 1);
      row.setAll(AskedRecord.kept(record));
      if (AskedRecord.isBad(record)) {
        row.put("problem", AskedRecord.message(record));
      } else {
        rows.add(row, chunk.examples().get(b), chunk.batch(), predicted, b);
        b++;
      }
      sink.row(row);
    }
  }

  /** Predicts for all of them. */
  void run(Predictor predictor, float[] parameters) throws IOException {
    try {
      predictor.predict(parameters, this, this);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    end();
  }
}
