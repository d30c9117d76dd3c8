package org.seqlm.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.TestSpark;

/** Our stages beside Spark's own: what was saved and read again does the same. */
class PipelinesTest {
  @TempDir Path folder;

  @Test
  void aPipelineIsSavedAndRead() throws Exception {
    Dataset<Row> documents = SqlModels.documents(TestSpark.session(), 30);
    String arpa = SqlModels.arpa(folder);
    String fitted = folder.resolve("fitted").toString();
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new SQLTransformer().setStatement("SELECT * FROM __THIS__ WHERE id > 3"),
                  new TextTokenizer().setModelPath(arpa).setIdsCol("ids"),
                  new NgramScorer().setModelPath(arpa).setFields(new String[] {"perplexity"}),
                  new LstmScorer().setModelPath(SqlModels.network(folder)).setOutputCol("lstm"),
                  new NgramCounter()
                      .setModelPath(fitted)
                      .setOrder(2)
                      .setTokenizer("whitespace")
                      .setOverwrite(true)
                      .setOutputCol("own")
                });
    pipeline.save(folder.resolve("pipeline").toString());
    PipelineModel model = Pipeline.load(folder.resolve("pipeline").toString()).fit(documents);
    model.save(folder.resolve("model").toString());
    PipelineModel read = PipelineModel.load(folder.resolve("model").toString());
    Dataset<Row> expected = pipeline.fit(documents).transform(documents);
    assertThat(read.transform(documents).collectAsList())
        .hasSize(26)
        .isEqualTo(expected.collectAsList());
    assertThat(read.transformSchema(documents.schema())).isEqualTo(expected.schema());
  }
}
