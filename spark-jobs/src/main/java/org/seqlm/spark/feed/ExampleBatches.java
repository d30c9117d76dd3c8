package org.seqlm.spark.feed;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.seqlm.dataset.ColumnType;
import org.seqlm.dataset.ExampleBlock;
import org.seqlm.dataset.ExampleColumn;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.dataset.Examples;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.dataset.FeatureStatistics;
import org.seqlm.dataset.Split;
import org.seqlm.neural.learner.Batch;

/**
 * Examples of a split as batches: each column becomes an array of its name, ragged ones padded with
 * zeros to the longest of the batch, with their lengths; a mask's and labels are whole numbers. The
 * values of series are standardised, as their networks have them.
 */
public final class ExampleBatches {
  private static final String SERIES = "values";
  private static final String OBSERVED = "observed";

  private final Examples examples;
  private final Split split;
  private final Map<Integer, ExampleBlock> held = new HashMap<>(); // since the last forget
  private final FeatureStatistics features; // null where nothing is standardised

  /** Of a split. */
  public ExampleBatches(Examples examples, Split split) {
    this(examples, split, features(examples.details()));
  }

  /**
   * The same for a network that was trained on others.
   *
   * @param features by which the values of series are standardised; null of other tasks
   */
  public ExampleBatches(Examples examples, Split split, FeatureStatistics features) {
    this.examples = examples;
    this.split = split;
    this.features = features;
  }

  /** By which the values of series are standardised; null of other tasks. */
  public static FeatureStatistics features(ExamplesDetails details) {
    return details.task() == ExampleTask.SERIES ? details.features().get(SERIES) : null;
  }

  /** Lets go of the blocks that batches were made of. */
  void forget() {
    held.clear();
  }

  /** A block, which is read once until {@link #forget}, whatever this JVM's cache lets go of. */
  private ExampleBlock block(int block) throws IOException {
    ExampleBlock of = held.get(block);
    if (of == null) {
      of = examples.block(split, block);
      held.put(block, of);
    }
    return of;
  }

  /** Items of the longest ragged column of an example; 0 where no column is ragged. */
  int length(int block, int example) {
    try {
      ExampleBlock of = block(block);
      int longest = 0;
      for (ExampleColumn column : examples.details().columns()) {
        if (column.ragged()) {
          longest = Math.max(longest, of.length(column.name(), example));
        }
      }
      return longest;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /**
   * Consecutive examples of a block.
   *
   * @param from the first
   * @param to one past the last
   */
  public Batch consecutive(int block, int from, int to) throws IOException {
    int[] blocks = new int[to - from];
    int[] places = new int[to - from];
    for (int i = 0; i < places.length; i++) {
      blocks[i] = block;
      places[i] = from + i;
    }
    return of(blocks, places, 0, places.length);
  }

  /**
   * Some examples.
   *
   * @param blocks of each
   * @param places in their blocks
   * @param from the first
   * @param to one past the last
   */
  Batch of(int[] blocks, int[] places, int from, int to) throws IOException {
    int size = to - from;
    ExampleBlock[] of = new ExampleBlock[size];
    for (int i = 0; i < size; i++) {
      of[i] = block(blocks[from + i]);
    }
    return of(examples.details().columns(), features, of, places, from);
  }

  /**
   * All examples of a block that no file holds.
   *
   * @param features of the values of series; null of other tasks
   */
  public static Batch of(ExampleBlock block, FeatureStatistics features) {
    ExampleBlock[] held = new ExampleBlock[block.examples()];
    int[] places = new int[held.length];
    for (int i = 0; i < held.length; i++) {
      held[i] = block;
      places[i] = i;
    }
    return of(block.columns(), features, held, places, 0);
  }

  private static Batch of(
      List<ExampleColumn> columns,
      FeatureStatistics features,
      ExampleBlock[] held,
      int[] places,
      int from) {
    Batch batch = new Batch(held.length);
    for (ExampleColumn column : columns) {
      add(batch, column, held, places, from);
    }
    if (features != null) {
      standardise(features, batch.floats(SERIES).values(), batch.ints(OBSERVED).values());
    }
    return batch;
  }

  private static void add(
      Batch batch, ExampleColumn column, ExampleBlock[] held, int[] places, int from) {
    String name = column.name();
    int size = held.length;
    int[] lengths = new int[size];
    int longest = column.ragged() ? 0 : 1;
    for (int i = 0; i < size; i++) {
      lengths[i] = held[i].length(name, places[from + i]);
      longest = Math.max(longest, lengths[i]);
    }
    int item = column.itemSize();
    int row = Math.multiplyExact(longest, item);
    int all = Math.multiplyExact(size, row);
    float[] floats = column.type() == ColumnType.FLOATS ? new float[all] : null;
    int[] ints = floats == null ? new int[all] : null;
    for (int i = 0; i < size; i++) {
      int start = held[i].starts(name)[places[from + i]] * item;
      int count = lengths[i] * item;
      switch (column.type()) {
        case FLOATS -> System.arraycopy(held[i].floats(name), start, floats, i * row, count);
        case IDS, LABEL -> System.arraycopy(held[i].ints(name), start, ints, i * row, count);
        case MASK -> {
          byte[] mask = held[i].mask(name);
          for (int j = 0; j < count; j++) {
            ints[i * row + j] = mask[start + j];
          }
        }
      }
    }
    int[] shape = shape(column, size, longest);
    if (floats != null) {
      batch.put(name, new Batch.Floats(floats, shape));
    } else {
      batch.put(name, new Batch.Ints(ints, shape));
    }
    if (column.ragged()) {
      batch.putLengths(name, lengths);
    }
  }

  /** Values that are there less their mean, over their deviation where that is not 0. */
  private static void standardise(FeatureStatistics features, float[] values, int[] observed) {
    int count = features.means().size();
    for (int i = 0; i < values.length; i++) {
      if (observed[i] != 0) {
        double deviation = features.deviations().get(i % count);
        double centred = values[i] - features.means().get(i % count);
        values[i] = (float) (deviation == 0 ? centred : centred / deviation);
      }
    }
  }

  private static int[] shape(ExampleColumn column, int size, int longest) {
    int lead = column.ragged() ? 2 : 1;
    int[] shape = new int[lead + column.itemShape().size()];
    shape[0] = size;
    if (column.ragged()) {
      shape[1] = longest;
    }
    for (int d = 0; d < column.itemShape().size(); d++) {
      shape[lead + d] = column.itemShape().get(d);
    }
    return shape;
  }
}
