package org.seqlm.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Overwrite;

class AnalysisWriterTest {
  private static final TableSchema TABLE =
      TableSchema.of(
          "words",
          "Words",
          Column.text("word", "Word"),
          Column.whole("count", "Count"),
          Column.real("score", "Score"));

  @TempDir Path temporary;

  private final Configuration conf = new Configuration();

  private AnalysisDetails details() {
    return new AnalysisDetails(
        "profile",
        "Profile",
        List.of(new AnalysisDetails.Fact("tokens", "12")),
        List.of(),
        List.of(),
        List.of("Score: by hand."),
        List.of());
  }

  private ArtifactReader written(List<Object[]> rows, List<TableFormat> formats) throws Exception {
    String output = temporary.resolve("analysis").toString();
    try (AnalysisWriter writer = AnalysisWriter.create(conf, output, Overwrite.REFUSE, formats)) {
      writer.table(TABLE, rows);
      writer.publish(details(), Map.of("corpus", "c"), Map.of("min-count", 5), 1);
    }
    return ArtifactReader.open(conf, output, ArtifactKind.ANALYSIS);
  }

  @Test
  void aTableIsTheSameInBothFormats() throws Exception {
    List<Object[]> rows =
        List.of(
            new Object[] {"سلام", 3L, 0.5},
            new Object[] {"tab\tline\nback\\slash", 2, null},
            new Object[] {null, null, Double.NEGATIVE_INFINITY});
    ArtifactReader analysis = written(rows, List.of(TableFormat.TSV, TableFormat.PARQUET));
    Path data = Path.of(analysis.data().toUri().getPath());
    assertThat(Files.readString(data.resolve(TABLE.file(0, TableFormat.TSV))))
        .isEqualTo(
            """
            word\tcount\tscore
            سلام\t3\t0.5
            tab\\tline\\nback\\\\slash\t2\t
            \t\t-Infinity
            """);
    List<String> read = new ArrayList<>();
    var file =
        new org.apache.hadoop.fs.Path(data.resolve(TABLE.file(0, TableFormat.PARQUET)).toUri());
    try (ParquetReader<Group> parquet =
        ParquetReader.builder(new GroupReadSupport(), file).build()) {
      for (Group row = parquet.read(); row != null; row = parquet.read()) {
        read.add(
            (row.getFieldRepetitionCount("word") == 0 ? null : row.getString("word", 0))
                + "|"
                + (row.getFieldRepetitionCount("count") == 0 ? null : row.getLong("count", 0))
                + "|"
                + (row.getFieldRepetitionCount("score") == 0 ? null : row.getDouble("score", 0)));
      }
    }
    assertThat(read)
        .containsExactly("سلام|3|0.5", "tab\tline\nback\\slash|2|null", "null|null|-Infinity");
  }

  @Test
  void theManifestKeepsWhatPeopleRead() throws Exception {
    List<Object[]> rows = new ArrayList<>();
    for (long i = 0; i < 1000; i++) {
      rows.add(new Object[] {"w" + i, i, 1.0 / (1 + i)});
    }
    ArtifactReader analysis = written(rows, List.of(TableFormat.TSV));
    assertThat(analysis.manifest().files()).hasSize(1);
    AnalysisDetails read = analysis.details(AnalysisDetails.class);
    assertThat(read.facts()).isEqualTo(details().facts());
    assertThat(read.footnotes()).isEqualTo(details().footnotes());
    AnalysisDetails.ShownTable shown = read.tables().get(0);
    assertThat(shown.table()).isEqualTo(TABLE);
    assertThat(shown.rows()).isEqualTo(1000);
    assertThat(shown.shown()).hasSize(AnalysisDetails.MOST_SHOWN);
    assertThat(shown.shown().get(2).get(0)).isEqualTo("w2");
  }

  @Test
  void whatIsNotPublishedLeavesNothing() throws Exception {
    String output = temporary.resolve("analysis").toString();
    try (AnalysisWriter writer =
        AnalysisWriter.create(conf, output, Overwrite.REFUSE, List.of(TableFormat.TSV))) {
      assertThatThrownBy(() -> writer.table(TABLE, List.<Object[]>of(new Object[] {"two", 2L})))
          .hasMessageContaining("2 values of 3");
    }
    try (var left = Files.walk(temporary)) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
    }
  }
}
