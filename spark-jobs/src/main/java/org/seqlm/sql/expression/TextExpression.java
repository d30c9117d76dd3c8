package org.seqlm.sql.expression;

import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.analysis.TypeCheckResult;
import org.apache.spark.sql.catalyst.expressions.ExpectsInputTypes;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.codegen.CodeBlock;
import org.apache.spark.sql.catalyst.expressions.codegen.CodeGenerator;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.catalyst.expressions.codegen.JavaCode;
import org.apache.spark.sql.types.AbstractDataType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;
import scala.collection.IndexedSeq;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * A function of a text, as Catalyst has expressions: it is deterministic, so that a query with
 * several equal ones evaluates one, and takes part in the code that Spark compiles. Null gives
 * null, and so does a text that is not valid UTF-8.
 */
public final class TextExpression extends Expression implements ExpectsInputTypes {
  private static final long serialVersionUID = 1L;

  private final Expression child;
  private final TextEvaluation evaluation;

  /**
   * @param child the text, a string
   */
  public TextExpression(Expression child, TextFunction function) {
    this(child, new TextEvaluation(function));
  }

  /** Catalyst copies expressions by what {@link #productElement} tells of them. */
  public TextExpression(Expression child, TextEvaluation evaluation) {
    this.child = child;
    this.evaluation = evaluation;
  }

  @Override
  public Seq<Expression> children() {
    return seq(List.of(child));
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> newChildren) {
    return new TextExpression(newChildren.apply(0), evaluation);
  }

  @Override
  public boolean foldable() {
    return child.foldable();
  }

  @Override
  public DataType dataType() {
    return evaluation.function().dataType();
  }

  @Override
  public boolean nullable() {
    return true;
  }

  @Override
  public Seq<AbstractDataType> inputTypes() {
    return seq(List.<AbstractDataType>of(DataTypes.StringType));
  }

  @Override
  public TypeCheckResult checkInputDataTypes() {
    return ExpectsInputTypes.super.checkInputDataTypes();
  }

  @Override
  public Object eval(InternalRow row) {
    Object text = child.eval(row);
    return text == null ? null : evaluation.of((UTF8String) text);
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    ExprCode text = child.genCode(context);
    String of = context.addReferenceObj("text", evaluation, TextEvaluation.class.getName());
    String type = CodeGenerator.boxedType(dataType());
    // What stands between the parts Catalyst must know as names, not as text.
    CodeBlock own =
        new CodeBlock(
            seq(
                List.of(
                    "boolean ",
                    " = ",
                    ";\n" + type + " ",
                    " = null;\nif (!",
                    ") {\n",
                    " = (" + type + ") " + of + ".of(",
                    ");\n",
                    " = ",
                    " == null;\n}\n")),
            seq(
                List.<JavaCode>of(
                    code.isNull(),
                    text.isNull(),
                    code.value(),
                    code.isNull(),
                    code.value(),
                    text.value(),
                    code.isNull(),
                    code.value())));
    return code.copy(text.code().$plus(own), code.isNull(), code.value());
  }

  private static <T> Seq<T> seq(List<T> elements) {
    return JavaConverters.asScalaBuffer(elements).toList();
  }

  @Override
  public String prettyName() {
    return evaluation.function().name();
  }

  @Override
  public String sql() {
    return prettyName() + "(" + before() + child.sql() + ")";
  }

  @Override
  public String toString() {
    return prettyName() + "(" + before() + child + ")";
  }

  /** What stands before the text in a call. */
  private String before() {
    String argument = evaluation.function().argument();
    return argument.isEmpty() ? "" : argument + ", ";
  }

  @Override
  public int productArity() {
    return 2;
  }

  @Override
  public Object productElement(int n) {
    return n == 0 ? child : evaluation;
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof TextExpression;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TextExpression that
        && child.equals(that.child)
        && evaluation.function().equals(that.evaluation.function());
  }

  @Override
  public int hashCode() {
    return 31 * child.hashCode() + evaluation.function().hashCode();
  }
}
