package org.seqlm.text.chain.stages;

import java.util.List;
import org.seqlm.text.chain.StageParameter;
import org.seqlm.text.chain.StageProvider;

/** A provider's constants. */
abstract class PlainProvider implements StageProvider {
  private final Kind kind;
  private final String name;
  private final String summary;
  private final List<StageParameter> parameters;

  PlainProvider(Kind kind, String name, String summary, StageParameter... parameters) {
    this.kind = kind;
    this.name = name;
    this.summary = summary;
    this.parameters = List.of(parameters);
  }

  @Override
  public final Kind kind() {
    return kind;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final String summary() {
    return summary;
  }

  @Override
  public final List<StageParameter> parameters() {
    return parameters;
  }
}
