package org.seqlm.spark.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializerInstance;
import org.junit.jupiter.api.Test;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.dataset.ExamplesDetails.ColumnVocabulary;
import org.seqlm.metrics.task.TaskScorer;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Predictor.Predicted;
import org.seqlm.spark.SeqlmRegistrator;
import scala.reflect.ClassTag$;

/** A scorer is broadcast, by the serialiser of jobs. */
class ScorerOnTheWireTest {
  private static final List<String> TOKENS = List.of("</s>", "<unk>", "a", "b");

  private static TaskScorer scorer() {
    return TaskScorer.of(
        new ExamplesDetails(
            ExampleTask.SEQUENCE,
            "chrf",
            List.of(),
            null,
            List.of(),
            Map.of(),
            Map.of("target", new ColumnVocabulary(TOKENS.size(), 0, 1, "")),
            Map.of(),
            Map.of(),
            Map.of(),
            "",
            null),
        Map.of("target", TOKENS));
  }

  private static double[] sums(TaskScorer scorer) {
    Batch batch = new Batch(1).put("target", ints(2, 3, 2)).putLengths("target", new int[] {3});
    Batch values = new Batch(1).put("ids", ints(2, 3)).putLengths("ids", new int[] {2});
    double[] sums = new double[scorer.size()];
    scorer.add(sums, batch, new Predicted(values, 2.5, 4));
    return sums;
  }

  private static Batch.Ints ints(int... ids) {
    return new Batch.Ints(ids, 1, ids.length);
  }

  @Test
  void arrivesAsItWasSent() {
    SparkConf conf =
        new SparkConf()
            .set("spark.kryo.registrator", SeqlmRegistrator.class.getName())
            .set("spark.kryo.registrationRequired", "true");
    SerializerInstance kryo = new KryoSerializer(conf).newInstance();
    TaskScorer sent = scorer();
    ByteBuffer bytes = kryo.serialize(sent, ClassTag$.MODULE$.apply(TaskScorer.type()));
    TaskScorer arrived = kryo.deserialize(bytes, ClassTag$.MODULE$.apply(TaskScorer.type()));
    assertThat(sums(arrived)).isEqualTo(sums(sent));
    assertThat(arrived.metrics(sums(arrived))).isEqualTo(sent.metrics(sums(sent)));
  }
}
