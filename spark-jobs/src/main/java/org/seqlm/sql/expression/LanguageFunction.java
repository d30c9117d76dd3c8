package org.seqlm.sql.expression;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;
import org.seqlm.quality.Document;
import org.seqlm.quality.Language;

/** The likeliest language of a document, ISO 639-1; null where nothing of it is in any. */
public record LanguageFunction() implements TextFunction {
  @Override
  public DataType dataType() {
    return DataTypes.StringType;
  }

  @Override
  public String name() {
    return "seqlm_language";
  }

  @Override
  public String argument() {
    return "";
  }

  @Override
  public Evaluator open() {
    Language.Likeliest likeliest = Language.likeliest();
    return utf8 -> UTF8String.fromString(likeliest.of(new Document(utf8)));
  }
}
