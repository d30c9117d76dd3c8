package org.seqlm.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.files.ModelArtifact;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.plain.Letters;
import org.seqlm.neural.plain.RecurrentLanguageModel;
import org.seqlm.ngram.arpa.TinyArpa;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;

/** Models and documents for tests of what is asked of columns. */
final class SqlModels {
  private SqlModels() {}

  /** Of words, whose contexts end with the line. */
  static String arpa(Path folder) throws IOException {
    return Files.writeString(folder.resolve("tiny.arpa"), TinyArpa.TEXT).toString();
  }

  /** Of characters, whose contexts do not end. */
  static String network(Path folder) throws IOException {
    LanguageNetwork spec =
        new LanguageNetwork(InputKind.EMBEDDING, 4, CellKind.LSTM, 1, 5, 3, 0, 0);
    float[] parameters = InitialParameters.create(spec, 1);
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = 3 * parameters[i] + 0.1f * (i % 7 - 3) + 0.2f;
    }
    String path = folder.resolve("network").toString();
    ModelArtifact.write(
        new Configuration(),
        path,
        new RecurrentLanguageModel(spec, parameters, Letters.vocabulary(3)),
        TextRules.of(TokenizerKind.CHAR),
        Map.of(),
        Map.of(),
        1,
        null);
    return path;
  }

  /** Rows of {@code id, text}: texts of some lines, empty ones, one without an end, and nulls. */
  static Dataset<Row> documents(SparkSession session, int count) {
    Random random = new Random(8);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder text = new StringBuilder();
      int lines = random.nextInt(4);
      for (int line = 0; line < lines; line++) {
        for (int word = random.nextInt(7); word > 0; word--) {
          text.append(random.nextInt(5) == 0 ? "zébra" : "ab".charAt(random.nextInt(2)))
              .append(word == 1 ? "" : " ");
        }
        text.append(line == lines - 1 && random.nextBoolean() ? "" : "\n");
      }
      rows.add(RowFactory.create((long) i, i % 11 == 3 ? null : text.toString()));
    }
    return session.createDataFrame(
        rows, new StructType().add("id", DataTypes.LongType).add("text", DataTypes.StringType));
  }
}
