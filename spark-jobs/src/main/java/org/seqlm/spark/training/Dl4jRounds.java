package org.seqlm.spark.training;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.nd4j.linalg.dataset.DataSet;
import org.seqlm.neural.NetworkSpec;
import org.seqlm.neural.dl4j.Dl4jNetworks;
import org.seqlm.neural.dl4j.ParameterOrder;
import org.seqlm.spark.AveragingTrainingMaster;

/**
 * Rounds as a user of dl4j-spark would run them: each is one {@code SparkDl4jMultiLayer.fit} with
 * our {@link AveragingTrainingMaster}.
 */
final class Dl4jRounds implements Rounds<DataSet> {
  private final SparkDl4jMultiLayer network;
  private final AveragingTrainingMaster master;

  Dl4jRounds(
      JavaSparkContext spark,
      Averaging<DataSet> averaging,
      NetworkSpec spec,
      LanguageModelTraining.Settings settings) {
    master = AveragingTrainingMaster.planned(averaging, ParameterOrder.of(spec));
    network =
        new SparkDl4jMultiLayer(
            spark,
            Dl4jNetworks.network(
                spec,
                settings.optimizer().kind(),
                settings.timeSteps(),
                averaging.position().model().parameters()),
            master);
  }

  @Override
  public AveragingRound.Outcome next(
      JavaRDD<DataSet> steps, AveragingRound.Planner planner, AveragingRound.Keep keep) {
    master.plan(planner, keep);
    network.fit(steps);
    return master.lastRound();
  }
}
