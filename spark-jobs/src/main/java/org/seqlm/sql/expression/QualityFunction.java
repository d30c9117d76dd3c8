package org.seqlm.sql.expression;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayBasedMapData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.seqlm.quality.Document;
import org.seqlm.quality.FilterChain;
import org.seqlm.quality.FilterSpec;
import org.seqlm.quality.Rule;

/**
 * What filters make of a document, as {@code seqlm corpus filter} judges it with its own defaults.
 *
 * @param filters in their order
 * @param written as the query has them
 */
public record QualityFunction(List<FilterSpec> filters, String written) implements TextFunction {
  /** Bytes that are judged, as {@code conf/corpus-filter.yaml} has it. */
  private static final int MOST_JUDGED = 4 << 20;

  private static final DataType FIGURES =
      DataTypes.createMapType(DataTypes.StringType, DataTypes.DoubleType, false);

  /** Of one document. */
  public static final StructType VERDICT =
      DataTypes.createStructType(
          List.of(
              DataTypes.createStructField("kept", DataTypes.BooleanType, false),
              DataTypes.createStructField("removed_by", DataTypes.StringType, true),
              DataTypes.createStructField("reasons", FIGURES, false),
              DataTypes.createStructField("figures", FIGURES, false),
              DataTypes.createStructField("text", DataTypes.StringType, true)));

  public QualityFunction {
    filters = List.copyOf(filters);
  }

  @Override
  public DataType dataType() {
    return VERDICT;
  }

  @Override
  public String name() {
    return "seqlm_quality";
  }

  @Override
  public String argument() {
    return written;
  }

  @Override
  public Evaluator open() {
    FilterChain chain = FilterChain.of(filters);
    List<Rule> rules = chain.rules();
    UTF8String[] names =
        rules.stream().map(rule -> UTF8String.fromString(rule.name())).toArray(UTF8String[]::new);
    return utf8 -> {
      // As a record's text: a line feed at its end begins no line.
      int to = utf8.length > 0 && utf8[utf8.length - 1] == '\n' ? utf8.length - 1 : utf8.length;
      Document whole = new Document(utf8, 0, to);
      FilterChain.Verdict verdict = chain.judge(whole, MOST_JUDGED);
      List<Integer> measured = new ArrayList<>();
      List<Integer> removing = new ArrayList<>();
      for (int i = 0; i < names.length; i++) {
        if (!Double.isNaN(verdict.values()[i])) {
          measured.add(i);
          if (rules.get(i).removes(verdict.values()[i])) {
            removing.add(i);
          }
        }
      }
      Document text = verdict.text();
      Object left =
          !verdict.keeps()
              ? null
              : UTF8String.fromBytes(
                  text == whole ? utf8 : Arrays.copyOfRange(text.utf8(), text.from(), text.to()));
      return new GenericInternalRow(
          new Object[] {
            verdict.keeps(),
            verdict.keeps() ? null : names[verdict.removedBy()],
            figures(names, verdict.values(), removing),
            figures(names, verdict.values(), measured),
            left
          });
    };
  }

  private static ArrayBasedMapData figures(
      UTF8String[] names, double[] values, List<Integer> rules) {
    return new ArrayBasedMapData(
        new GenericArrayData(rules.stream().map(i -> (Object) names[i]).toArray()),
        new GenericArrayData(rules.stream().map(i -> (Object) values[i]).toArray()));
  }
}
