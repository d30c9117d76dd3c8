package org.seqlm.spark.task;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag;

/** Which executor runs what: a worker goes back to where its state is remembered, if it can. */
public final class Placement {
  private Placement() {}

  /** This executor, as Spark's scheduler names it in a preferred location. */
  public static String location() {
    SparkEnv env = SparkEnv.get();
    return location(env.blockManager().blockManagerId().host(), env.executorId());
  }

  /** An executor by its host and its number. */
  public static String location(String host, String executor) {
    return "executor_" + host + "_" + executor;
  }

  /**
   * One partition a worker, which holds its number. No executor is preferred by more than its share
   * of the workers: after a loss they would all wait for the survivors.
   *
   * @param locations where each worker ran last, empty if it does not matter
   */
  public static JavaRDD<Integer> workers(
      JavaSparkContext spark, int workers, List<String> locations) {
    // One of the infos is the driver, unless it is all there is.
    int executors = Math.max(1, spark.sc().statusTracker().getExecutorInfos().length - 1);
    List<List<String>> preferred =
        balanced(workers, locations, (workers + executors - 1) / executors);
    return preferring(spark, preferred);
  }

  /** One partition each, which holds its number, in the places that it prefers. */
  public static JavaRDD<Integer> preferring(JavaSparkContext spark, List<List<String>> preferred) {
    List<Tuple2<Integer, Seq<String>>> numbers =
        IntStream.range(0, preferred.size())
            .mapToObj(
                number ->
                    new Tuple2<Integer, Seq<String>>(
                        number, JavaConverters.asScalaBuffer(preferred.get(number))))
            .toList();
    // As JavaSparkContext does: an array of objects, which every serialiser knows.
    @SuppressWarnings("unchecked")
    ClassTag<Integer> type =
        (ClassTag<Integer>) (ClassTag<?>) scala.reflect.ClassTag$.MODULE$.AnyRef();
    return new JavaRDD<>(spark.sc().makeRDD(JavaConverters.asScalaBuffer(numbers), type), type);
  }

  /** Each worker's location while it has less than {@code share} workers before it, else none. */
  public static List<List<String>> balanced(int workers, List<String> locations, int share) {
    Map<String, Integer> taken = new HashMap<>();
    List<List<String>> preferred = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      boolean known = worker < locations.size();
      boolean room = known && taken.merge(locations.get(worker), 1, Integer::sum) <= share;
      preferred.add(room ? List.of(locations.get(worker)) : List.of());
    }
    return preferred;
  }
}
