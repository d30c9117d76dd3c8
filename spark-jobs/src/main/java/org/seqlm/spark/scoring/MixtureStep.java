package org.seqlm.spark.scoring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.DatasetHandle;
import org.seqlm.dataset.Split;
import org.seqlm.lm.Mixture;
import org.seqlm.lm.MixtureBlock;
import org.seqlm.lm.MixtureWeights;
import org.seqlm.lm.Score;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.models.ModelSupplier;
import org.seqlm.spark.models.PathModel;
import org.seqlm.vocab.TokenBlock;

/**
 * A split as several models see it, for the weights of their mixture. The models score it once, in
 * the stretches of {@link ScoringStep}, and the executors keep what came of it, a {@link
 * MixtureBlock} a stretch, in memory or on disk; after that an iteration is one small job. A
 * stretch sends the driver k + 3 numbers, which are added in the order of the stretches, so nothing
 * depends on the cluster.
 */
public final class MixtureStep implements AutoCloseable {
  /** The most stretches of a task: a million tokens. */
  private static final long TASK_PIECES = 64;

  private final JavaRDD<MixtureBlock> blocks;
  private final Broadcast<int[][]> tables;
  private final Score[] alone;

  private MixtureStep(JavaRDD<MixtureBlock> blocks, Broadcast<int[][]> tables, int models) {
    this.blocks = blocks;
    this.tables = tables;
    this.alone = new Score[models];
    Arrays.fill(alone, Score.NONE);
    for (double[][] stretch : blocks.map(MixtureBlock::alone).collect()) {
      Arrays.setAll(alone, m -> alone[m].plus(Score.unpack(stretch[m])));
    }
  }

  /**
   * Scores the first {@code maxTokens} tokens of a split, at least one, with each model.
   *
   * @param names of the models, for messages
   * @param partitions tasks, 0 for as many as the cluster has cores or the split needs
   * @throws org.seqlm.UserException with exit code 2 if the models cannot be mixed
   */
  public static MixtureStep score(
      JavaSparkContext spark,
      Dataset dataset,
      Split split,
      long maxTokens,
      List<String> names,
      List<PathModel> models,
      int partitions)
      throws IOException {
    double[] weights = MixtureWeights.uniform(models.size());
    List<Mixture.Component> components = new ArrayList<>();
    List<ModelSupplier> suppliers = new ArrayList<>();
    for (int i = 0; i < weights.length; i++) {
      components.add(new Mixture.Component(names.get(i), models.get(i).model(), weights[i]));
      suppliers.add(models.get(i).supplier(spark));
    }
    Mixture mixture = new Mixture(components);
    return score(
        spark,
        dataset,
        split,
        maxTokens,
        new MixtureSupplier(names, suppliers, weights),
        VocabularyMapping.of(dataset.vocabulary(), mixture.vocabulary()),
        partitions);
  }

  /**
   * The same for models that need not lie in folders.
   *
   * @param mapping from the dataset's vocabulary to the mixture's
   */
  static MixtureStep score(
      JavaSparkContext spark,
      Dataset dataset,
      Split split,
      long maxTokens,
      MixtureSupplier supplier,
      VocabularyMapping mapping,
      int partitions) {
    long total = Math.min(maxTokens, dataset.tokens(split));
    List<Long> starts = new ArrayList<>();
    for (long start = 0; start < total; start += ScoringStep.STRETCH) {
      starts.add(start);
    }
    long wanted =
        partitions > 0
            ? partitions
            : Math.max(spark.defaultParallelism(), (starts.size() + TASK_PIECES - 1) / TASK_PIECES);
    int tasks = (int) Math.min(wanted, starts.size());
    DatasetHandle handle = dataset.handle();
    SharedSettings conf = new SharedSettings(spark.hadoopConfiguration());
    Broadcast<int[][]> tables = spark.broadcast(mapping.tables());
    JavaRDD<MixtureBlock> blocks =
        spark
            .parallelize(starts, tasks)
            .mapPartitions(
                part -> {
                  Mixture mixture = supplier.model();
                  Dataset opened = handle.open(conf.value());
                  VocabularyMapping known = VocabularyMapping.of(tables.value());
                  return new Scoring(part, mixture, opened, split, total, known);
                })
            .persist(StorageLevel.MEMORY_AND_DISK());
    return new MixtureStep(blocks, tables, supplier.models());
  }

  /** What each model makes of the split by itself, as evaluating it would say. */
  public List<Score> alone() {
    return List.of(alone.clone());
  }

  /** The E-step over the whole split: {@link MixtureWeights#expectation}. */
  public double[] expectation(double[] weights) {
    double[] sums = new double[weights.length + 3];
    List<double[]> stretches =
        blocks
            .map(block -> MixtureWeights.expectation(weights, block.logProbabilities()))
            .collect();
    for (double[] stretch : stretches) {
      Arrays.setAll(sums, i -> sums[i] + stretch[i]);
    }
    return sums;
  }

  /** Frees what the executors keep. */
  @Override
  public void close() {
    blocks.unpersist();
    tables.destroy();
  }

  /** Scores one stretch after another; only one is in memory. */
  private static final class Scoring implements Iterator<MixtureBlock> {
    private final Iterator<Long> starts;
    private final Mixture mixture;
    private final Dataset dataset;
    private final Split split;
    private final long total;
    private final VocabularyMapping mapping;

    Scoring(
        Iterator<Long> starts,
        Mixture mixture,
        Dataset dataset,
        Split split,
        long total,
        VocabularyMapping mapping) {
      this.starts = starts;
      this.mixture = mixture;
      this.dataset = dataset;
      this.split = split;
      this.total = total;
      this.mapping = mapping;
    }

    @Override
    public boolean hasNext() {
      return starts.hasNext();
    }

    @Override
    public MixtureBlock next() {
      long start = starts.next();
      long end = Math.min(start + ScoringStep.STRETCH, total);
      TokenBlock block;
      try {
        block = dataset.read(split, start, end, ScoringStep.WARM_UP);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      int before = block.before().length;
      int[] tokens = new int[before + block.tokens().length];
      System.arraycopy(block.before(), 0, tokens, 0, before);
      System.arraycopy(block.tokens(), 0, tokens, before, block.tokens().length);
      mapping.map(tokens, before);
      return MixtureBlock.of(mixture, tokens, before, block.documentStarts());
    }
  }
}
