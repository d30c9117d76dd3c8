package org.seqlm.sql;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.seqlm.UserException;
import org.seqlm.analysis.AnalysisDetails;
import org.seqlm.analysis.Column;
import org.seqlm.analysis.TableFormat;
import org.seqlm.analysis.TableSchema;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;

/** The tables of an analysis, which {@code seqlm corpus ...} or a call of this package left. */
public final class SeqlmTables {
  private SeqlmTables() {}

  /**
   * Reads a table. Its rows are those of the analysis that is there now: read what you need before
   * it is replaced.
   *
   * @param folder of the analysis, on any Hadoop path
   * @param table its name, as the command's page has it, for instance {@code collocations}
   * @return the columns as the page names them: string, bigint and double, each of which may be
   *     null; in no order
   * @throws UserException with exit code 2 if the folder is no analysis, has no such table, or has
   *     it as TSV alone
   */
  public static Dataset<Row> read(SparkSession session, String folder, String table)
      throws IOException {
    ArtifactReader artifact =
        ArtifactReader.open(
            session.sparkContext().hadoopConfiguration(), folder, ArtifactKind.ANALYSIS);
    List<AnalysisDetails.ShownTable> tables = artifact.details(AnalysisDetails.class).tables();
    AnalysisDetails.ShownTable found =
        tables.stream()
            .filter(one -> one.table().name().equals(table))
            .findFirst()
            .orElseThrow(
                () ->
                    UserException.configuration(
                        "the analysis "
                            + folder
                            + " has no table "
                            + table
                            + ": name one of "
                            + String.join(
                                ", ", tables.stream().map(one -> one.table().name()).toList())));
    String[] parts =
        artifact.manifest().files().stream()
            .map(file -> file.path())
            .filter(path -> path.startsWith("tables/" + table + "/"))
            .filter(path -> path.endsWith("." + TableFormat.PARQUET.extension()))
            .map(path -> new Path(artifact.data(), path).toString())
            .toArray(String[]::new);
    if (parts.length == 0 && found.rows() > 0) {
      throw UserException.configuration(
          "table " + table + " of " + folder + " is TSV alone: make it with formats: [parquet]");
    }
    StructType schema = schema(found.table());
    return parts.length == 0
        ? session.createDataFrame(List.of(), schema)
        : session.read().schema(schema).parquet(parts);
  }

  private static StructType schema(TableSchema table) {
    StructType schema = new StructType();
    for (Column column : table.columns()) {
      DataType type =
          switch (column.type()) {
            case TEXT -> DataTypes.StringType;
            case WHOLE -> DataTypes.LongType;
            case REAL -> DataTypes.DoubleType;
          };
      schema = schema.add(column.name(), type);
    }
    return schema;
  }
}
