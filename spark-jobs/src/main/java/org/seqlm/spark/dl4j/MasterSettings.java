package org.seqlm.spark.dl4j;

import org.seqlm.Problems;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.spark.training.OnDivergence;

/**
 * What a training master is made of; its JSON.
 *
 * @param workers K, or 0 for the cluster's default parallelism
 * @param batchSizePerWorker examples of an update, at least 1
 * @param averagingFrequency updates of a worker between two averages, at least 1
 * @param saveUpdater whether the updaters' state is averaged and kept
 * @param rngSeed of dropout
 * @param onDivergence what a worker does whose score or parameters are not finite
 */
public record MasterSettings(
    int workers,
    int batchSizePerWorker,
    int averagingFrequency,
    boolean saveUpdater,
    long rngSeed,
    OnDivergence onDivergence) {
  public MasterSettings {
    new Problems()
        .atLeast("numWorkers", workers, 0)
        .atLeast("batchSizePerWorker", batchSizePerWorker, 1)
        .atLeast("averagingFrequency", averagingFrequency, 1)
        .present("onDivergence", onDivergence, "STOP or SKIP_WORKER")
        .throwIfAny();
  }

  public String toJson() {
    return Json.pretty(this);
  }

  /**
   * The settings that {@link #toJson} wrote.
   *
   * @throws UserException with exit code 2 if it is not their JSON, or one is out of its range
   */
  public static MasterSettings fromJson(String json) {
    try {
      return Json.mapper().readValue(json, MasterSettings.class);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw UserException.configuration(
          "no JSON of an AveragingTrainingMaster: " + e.getOriginalMessage());
    }
  }
}
