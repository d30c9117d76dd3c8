package org.seqlm.spark;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag;

/** Which executor runs what: a worker goes back to where its state is remembered, if it can. */
final class Executors {
  private Executors() {}

  /** This executor, as Spark's scheduler names it in a preferred location. */
  static String location() {
    SparkEnv env = SparkEnv.get();
    return "executor_" + env.blockManager().blockManagerId().host() + "_" + env.executorId();
  }

  /**
   * One partition a worker, which holds its number.
   *
   * @param locations where each worker should run, empty if it does not matter
   */
  static JavaRDD<Integer> workers(JavaSparkContext spark, int workers, List<String> locations) {
    List<Tuple2<Integer, Seq<String>>> numbers =
        IntStream.range(0, workers)
            .mapToObj(
                worker ->
                    new Tuple2<Integer, Seq<String>>(
                        worker,
                        JavaConverters.asScalaBuffer(
                            locations.isEmpty() ? List.of() : List.of(locations.get(worker)))))
            .toList();
    // As JavaSparkContext does: an array of objects, which every serialiser knows.
    @SuppressWarnings("unchecked")
    ClassTag<Integer> type =
        (ClassTag<Integer>) (ClassTag<?>) scala.reflect.ClassTag$.MODULE$.AnyRef();
    return new JavaRDD<>(spark.sc().makeRDD(JavaConverters.asScalaBuffer(numbers), type), type);
  }
}
