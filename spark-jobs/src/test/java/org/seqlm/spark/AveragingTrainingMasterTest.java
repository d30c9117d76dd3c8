package org.seqlm.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.spark.api.TrainingHook;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.seqlm.ExitCode;
import org.seqlm.TestSpark;
import org.seqlm.UserException;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.spark.dl4j.PartialBatch;
import org.seqlm.spark.training.OnDivergence;
import org.seqlm.spark.training.WorkerReport;

/** Our training master through dl4j-spark's own fronts, on networks that are not of our making. */
class AveragingTrainingMasterTest {
  @TempDir Path folder;

  private static JavaSparkContext spark() {
    return TestSpark.context();
  }

  private static AveragingTrainingMaster.Builder builder(int workers) {
    return new AveragingTrainingMaster.Builder(workers, 1)
        .batchSizePerWorker(10)
        .averagingFrequency(5);
  }

  /** y = 2a − b + 1, and b is example i's own number, so that none may take another's place. */
  private static DataSet examples(int from, int to) {
    float[][] features = new float[to - from][];
    float[][] labels = new float[to - from][];
    for (int i = from; i < to; i++) {
      float a = (float) KeyedRandom.of(7, "a").uniform(i);
      float b = i / 100f;
      features[i - from] = new float[] {a, b};
      labels[i - from] = new float[] {2 * a - b + 1};
    }
    return new DataSet(Nd4j.create(features), Nd4j.create(labels));
  }

  /** Data sets whose sizes go round in {@code sizes}, {@code n} examples in all. */
  private static List<DataSet> sets(int n, int... sizes) {
    List<DataSet> sets = new ArrayList<>();
    for (int at = 0, k = 0; at < n; k++) {
      int to = Math.min(n, at + sizes[k % sizes.length]);
      sets.add(examples(at, to));
      at = to;
    }
    return sets;
  }

  private static MultiLayerNetwork network(IUpdater updater, double dropout) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(updater)
                .l2(1e-3)
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(2)
                        .nOut(5)
                        .dropOut(dropout)
                        .activation(Activation.TANH)
                        .build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .nIn(5)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    network.init();
    return network;
  }

  private static MultiLayerNetwork network(IUpdater updater) {
    return network(updater, 0);
  }

  private static float[] values(Model network) {
    return network.params().dup().data().asFloat();
  }

  private static float[] fit(
      AveragingTrainingMaster master, MultiLayerNetwork network, JavaRDD<DataSet> data) {
    new SparkDl4jMultiLayer(spark(), network, master).fit(data);
    return values(network);
  }

  /** The case in which the shipped master trains 100 of 190 examples. */
  @Test
  void everyExampleIsTrained() {
    Counting.reset();
    AveragingTrainingMaster master = builder(2).trainingHooks(new Counting()).build();
    fit(master, network(new Sgd(0.01)), spark().parallelize(sets(190, 1), 4));
    assertThat(Counting.EXAMPLES).hasValue(190);
    assertThat(Counting.UPDATES).hasValue(19);
    // Two rounds of 100 and 90 examples; the second has 50 and 40.
    assertThat(master.lastRound().tokens()).isEqualTo(90);
    assertThat(master.lastRound().reports())
        .extracting(WorkerReport::tokens)
        .containsExactly(50L, 40L);
  }

  /** Two rounds by hand: who trains which batch, and how it is weighted. */
  @Test
  void batchesAreDealtInTurnAndWorkersWeighedByTheirExamples() {
    MultiLayerNetwork network = network(new Sgd(0.1));
    float[] expected = values(network);
    // 25 examples in batches of 4: the batches 0..6, the last of one; two a round for each of two.
    AveragingTrainingMaster master =
        new AveragingTrainingMaster.Builder(2, 1)
            .batchSizePerWorker(4)
            .averagingFrequency(2)
            .build();
    for (int[][] round : new int[][][] {{{0, 2}, {1, 3}}, {{4, 6}, {5}}}) {
      double[] sum = new double[expected.length];
      int weight = 0;
      for (int[] worker : round) {
        MultiLayerNetwork alone = network(new Sgd(0.1));
        alone.setParams(Nd4j.create(expected, new long[] {1, expected.length}, 'f'));
        int examples = 0;
        for (int batch : worker) {
          DataSet data = examples(4 * batch, Math.min(25, 4 * batch + 4));
          examples += data.numExamples();
          alone.fit(data);
        }
        float[] values = values(alone);
        for (int i = 0; i < sum.length; i++) {
          sum[i] += (double) examples * values[i];
        }
        weight += examples;
      }
      for (int i = 0; i < sum.length; i++) {
        expected[i] = (float) (sum[i] / weight);
      }
    }
    // The data sets of 3 and 5 examples fit no batch.
    assertThat(fit(master, network, spark().parallelize(sets(25, 3, 5), 3)))
        .containsExactly(expected);
    assertThat(network.getIterationCount()).isEqualTo(4);
    assertThat(network.getEpochCount()).isEqualTo(1);
  }

  @Test
  void oneWorkerIsDeeplearning4jItself() {
    for (IUpdater updater : List.of(new Sgd(0.1), new Adam(0.05))) {
      MultiLayerNetwork plain = network(updater);
      for (int epoch = 0; epoch < 2; epoch++) {
        for (int at = 0; at < 57; at += 10) {
          plain.fit(examples(at, Math.min(57, at + 10)));
        }
        plain.incrementEpochCount();
      }
      MultiLayerNetwork averaged = network(updater);
      AveragingTrainingMaster master = builder(1).build();
      JavaRDD<DataSet> data = spark().parallelize(sets(57, 7, 1, 20), 3);
      fit(master, averaged, data);
      assertThat(fit(master, averaged, data)).containsExactly(values(plain));
      assertThat(averaged.getIterationCount()).isEqualTo(plain.getIterationCount());
      if (updater instanceof Adam) {
        assertThat(averaged.getUpdater().getStateViewArray().dup().data().asFloat())
            .containsExactly(plain.getUpdater().getStateViewArray().dup().data().asFloat());
      }
    }
  }

  @Test
  void sameBitsForAnyPartitionsWithDropoutToo() {
    float[] expected = null;
    for (int partitions : new int[] {1, 2, 7}) {
      AveragingTrainingMaster master = builder(3).averagingFrequency(2).rngSeed(5).build();
      float[] bits =
          fit(
              master,
              network(new Adam(0.05), 0.6),
              spark().parallelize(sets(163, 37, 1, 4, 12), partitions));
      expected = expected == null ? bits : expected;
      assertThat(bits).containsExactly(expected);
    }
    AveragingTrainingMaster other = builder(3).averagingFrequency(2).rngSeed(6).build();
    float[] bits =
        fit(other, network(new Adam(0.05), 0.6), spark().parallelize(sets(163, 37, 1, 4, 12), 2));
    assertThat(bits).isNotEqualTo(expected);
  }

  @Test
  void updatersBeginAnewWhereTheyAreNotSaved() {
    JavaRDD<DataSet> data = spark().parallelize(sets(100, 10), 2);
    MultiLayerNetwork saved = network(new Adam(0.05));
    MultiLayerNetwork anew = network(new Adam(0.05));
    fit(builder(2).averagingFrequency(1).build(), saved, data);
    fit(builder(2).averagingFrequency(1).saveUpdater(false).build(), anew, data);
    assertThat(values(anew)).isNotEqualTo(values(saved));
    assertThat(saved.getUpdater().getStateViewArray().norm2Number().doubleValue()).isPositive();
    assertThat(anew.getUpdater().getStateViewArray().norm2Number().doubleValue()).isZero();
  }

  @Test
  void oneJobARoundAndOneToCount() throws Exception {
    AtomicInteger jobs = new AtomicInteger();
    var listener =
        new org.apache.spark.scheduler.SparkListener() {
          @Override
          public void onJobStart(org.apache.spark.scheduler.SparkListenerJobStart start) {
            jobs.incrementAndGet();
          }
        };
    JavaRDD<DataSet> data = spark().parallelize(sets(100, 10), 2);
    AveragingTrainingMaster master = builder(2).averagingFrequency(1).build();
    spark().sc().addSparkListener(listener);
    fit(master, network(new Sgd(0.1)), data);
    spark().sc().listenerBus().waitUntilEmpty();
    assertThat(jobs).hasValue(1 + 5);
    fit(master, network(new Sgd(0.1)), data);
    spark().sc().listenerBus().waitUntilEmpty();
    assertThat(jobs).hasValue(1 + 5 + 5);
    spark().sc().removeSparkListener(listener);
    assertThat(master.deleteTempFiles(spark())).isTrue();
  }

  @Test
  void graphsTrainAsTheirOwnFitDoes() {
    List<MultiDataSet> data = new ArrayList<>();
    for (DataSet set : sets(40, 3, 9)) {
      data.add(set.toMultiDataSet());
    }
    ComputationGraph plain = graph();
    for (int at = 0; at < 40; at += 10) {
      plain.fit(examples(at, at + 10));
    }
    ComputationGraph averaged = graph();
    new SparkComputationGraph(spark(), averaged, builder(1).build())
        .fitMultiDataSet(spark().parallelize(data, 3));
    assertThat(values(averaged)).containsExactly(values(plain));

    ComputationGraph fromDataSets = graph();
    new SparkComputationGraph(spark(), fromDataSets, builder(1).build())
        .fit(spark().parallelize(sets(40, 8), 2));
    assertThat(values(fromDataSets)).containsExactly(values(plain));
  }

  private static ComputationGraph graph() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Adam(0.05))
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "dense",
                    new DenseLayer.Builder().nIn(2).nOut(4).activation(Activation.TANH).build(),
                    "in")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .nIn(4)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "dense")
                .setOutputs("out")
                .build());
    graph.init();
    return graph;
  }

  /** Sequences of different lengths meet in a batch under a mask, as Deeplearning4j merges them. */
  @Test
  void maskedSequencesTrainWithTruncationAsTheirOwnFitDoes() {
    List<DataSet> data = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      data.add(sequence(i, 4 + i % 3));
    }
    MultiLayerNetwork plain = recurrent();
    for (int at = 0; at < 9; at += 4) {
      plain.fit(DataSet.merge(data.subList(at, Math.min(9, at + 4))));
    }
    MultiLayerNetwork averaged = recurrent();
    fit(builder(1).batchSizePerWorker(4).build(), averaged, spark().parallelize(data, 2));
    assertThat(values(averaged)).containsExactly(values(plain));
  }

  private static DataSet sequence(int i, int length) {
    KeyedRandom random = KeyedRandom.of(2, "sequence", i);
    float[] in = new float[length];
    float[] out = new float[length];
    for (int t = 0; t < length; t++) {
      in[t] = (float) random.uniform(t);
      out[t] = t == 0 ? 0 : in[t - 1];
    }
    return new DataSet(
        Nd4j.create(in, new long[] {1, 1, length}, 'c'),
        Nd4j.create(out, new long[] {1, 1, length}, 'c'),
        Nd4j.ones(DataType.FLOAT, 1, length),
        Nd4j.ones(DataType.FLOAT, 1, length));
  }

  private static MultiLayerNetwork recurrent() {
    LSTM.Builder lstm = new LSTM.Builder().nIn(1).nOut(3).activation(Activation.TANH);
    lstm.dataFormat(RNNFormat.NCW);
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Adam(0.05))
                .list()
                .layer(lstm.build())
                .layer(
                    new RnnOutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .nIn(3)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .dataFormat(RNNFormat.NCW)
                        .build())
                .backpropType(BackpropType.TruncatedBPTT)
                .tBPTTLength(3)
                .build());
    network.init();
    return network;
  }

  @Test
  void piecesOfEveryTypeTravelUnderJavaSerialisation() {
    INDArray features = Nd4j.linspace(0, 11, 12, DataType.DOUBLE).reshape('c', 3, 2, 2);
    INDArray labels = Nd4j.createFromArray(new int[] {7, 8, 9}).reshape(3, 1);
    PartialBatch part = PartialBatch.of(new DataSet(features, labels)).range(1, 3);
    var serializer =
        new org.apache.spark.serializer.JavaSerializer(spark().getConf()).newInstance();
    var type = scala.reflect.ClassTag$.MODULE$.AnyRef();
    PartialBatch read =
        (PartialBatch) serializer.deserialize(serializer.serialize(part, type), type);
    DataSet data = read.dataSet();
    assertThat(data.getFeatures().dataType()).isEqualTo(DataType.DOUBLE);
    assertThat(data.getFeatures().shape()).containsExactly(2, 2, 2);
    assertThat(data.getFeatures().dup('c').data().asDouble())
        .containsExactly(4, 5, 6, 7, 8, 9, 10, 11);
    assertThat(data.getLabels().dup().data().asInt()).containsExactly(8, 9);
    assertThat(data.getFeaturesMaskArray()).isNull();
  }

  @Test
  void listenersHearEachRoundOnTheDriver() {
    List<String> heard = new ArrayList<>();
    MultiLayerNetwork network = network(new Sgd(0.1));
    SparkDl4jMultiLayer front =
        new SparkDl4jMultiLayer(spark(), network, builder(2).averagingFrequency(2).build());
    front.setListeners(
        List.of(
            new BaseTrainingListener() {
              @Override
              public void onEpochStart(Model model) {
                heard.add("start");
              }

              @Override
              public void iterationDone(Model model, int iteration, int epoch) {
                assertThat(model).isSameAs(network);
                assertThat(model.score()).isPositive();
                heard.add(iteration + " of " + epoch);
              }

              @Override
              public void onEpochEnd(Model model) {
                heard.add("end");
              }
            }));
    JavaRDD<DataSet> data = spark().parallelize(sets(70, 10), 2);
    front.fit(data);
    assertThat(heard).containsExactly("start", "2 of 0", "4 of 0", "end");
    assertThat(front.getScore()).isEqualTo(network.score());
    heard.clear();
    front.fit(data);
    assertThat(heard).containsExactly("start", "6 of 1", "8 of 1", "end");
  }

  /** In this JVM, which is also the executor's. */
  private static final class Counting implements TrainingHook {
    private static final long serialVersionUID = 1L;

    static final AtomicLong EXAMPLES = new AtomicLong();
    static final AtomicLong UPDATES = new AtomicLong();

    static void reset() {
      EXAMPLES.set(0);
      UPDATES.set(0);
    }

    @Override
    public void preUpdate(org.nd4j.linalg.dataset.api.DataSet minibatch, Model model) {
      EXAMPLES.addAndGet(minibatch.numExamples());
    }

    @Override
    public void postUpdate(org.nd4j.linalg.dataset.api.DataSet minibatch, Model model) {
      UPDATES.incrementAndGet();
    }

    @Override
    public void preUpdate(MultiDataSet minibatch, Model model) {}

    @Override
    public void postUpdate(MultiDataSet minibatch, Model model) {}
  }

  @Test
  void hooksComeAndGo() {
    Counting.reset();
    JavaRDD<DataSet> data = spark().parallelize(sets(30, 10), 2);
    AveragingTrainingMaster master = builder(2).build();
    Counting hook = new Counting();
    master.addHook(hook);
    fit(master, network(new Sgd(0.1)), data);
    master.removeHook(hook);
    fit(master, network(new Sgd(0.1)), data);
    assertThat(Counting.EXAMPLES).hasValue(30);
  }

  @Test
  void dataSetsInFilesTrainToo() throws Exception {
    List<String> paths = new ArrayList<>();
    for (DataSet set : sets(35, 5)) {
      Path file = folder.resolve(paths.size() + ".bin");
      set.save(file.toFile());
      paths.add(file.toUri().toString());
    }
    MultiLayerNetwork network = network(new Sgd(0.1));
    new SparkDl4jMultiLayer(spark(), network, builder(2).build())
        .fitPaths(spark().parallelize(paths, 2));
    assertThat(values(network))
        .containsExactly(
            fit(builder(2).build(), network(new Sgd(0.1)), spark().parallelize(sets(35, 35), 1)));
  }

  @Test
  void jsonHoldsTheTerms() {
    AveragingTrainingMaster master =
        builder(3).saveUpdater(false).onDivergence(OnDivergence.SKIP_WORKER).build();
    assertThat(AveragingTrainingMaster.fromJson(master.toJson()).toJson())
        .isEqualTo(master.toJson())
        .contains("\"workers\" : 3", "\"batch-size-per-worker\" : 10", "skip-worker");
    assertThat(AveragingTrainingMaster.fromYaml(master.toYaml()).toYaml())
        .isEqualTo(master.toYaml());
    assertThatThrownBy(() -> AveragingTrainingMaster.fromJson("{\"worker\": 3}"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("no JSON of an AveragingTrainingMaster");
    assertThatThrownBy(() -> builder(3).batchSizePerWorker(0).build())
        .hasMessageContaining("batchSizePerWorker");
    assertThatThrownBy(() -> builder(3).collectTrainingStats(true))
        .hasMessageContaining("lastRound()");
  }

  @Test
  void brokenExamplesStopTheTrainingOrAreLeftOut() {
    List<DataSet> data = sets(40, 10);
    data.get(1).getFeatures().putScalar(0, Float.NaN);
    JavaRDD<DataSet> broken = spark().parallelize(data, 2);
    assertThatThrownBy(() -> fit(builder(2).build(), network(new Sgd(0.1)), broken))
        .isInstanceOfSatisfying(
            UserException.class,
            problem -> {
              assertThat(problem.exitCode()).isEqualTo(ExitCode.DIVERGED);
              assertThat(problem).hasMessageContaining("worker 1").hasMessageContaining("NaN");
            });
    // Worker 0 has the batches 0 and 2.
    MultiLayerNetwork alone = network(new Sgd(0.1));
    alone.fit(examples(0, 10));
    alone.fit(examples(20, 30));
    AveragingTrainingMaster master = builder(2).onDivergence(OnDivergence.SKIP_WORKER).build();
    assertThat(fit(master, network(new Sgd(0.1)), broken)).containsExactly(values(alone));
    assertThat(master.lastRound().tokens()).isEqualTo(20);
    assertThat(master.lastRound().skipped()).isEqualTo(20);
  }

  @Test
  void noExamplesAreSaid() {
    assertThatThrownBy(
            () -> fit(builder(2).build(), network(new Sgd(0.1)), spark().parallelize(List.of(), 2)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("no examples");
  }

  @Test
  void moreWorkersThanBatchesDoNoHarm() {
    MultiLayerNetwork alone = network(new Sgd(0.1));
    alone.fit(examples(0, 7));
    float[] averaged =
        fit(builder(5).build(), network(new Sgd(0.1)), spark().parallelize(sets(7, 2), 2));
    float[] expected = values(alone);
    for (int i = 0; i < expected.length; i++) {
      assertThat(averaged[i]).isCloseTo(expected[i], within(1e-7f));
    }
  }
}
