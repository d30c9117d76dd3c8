package org.seqlm.text.chain;

import java.util.List;
import java.util.Locale;

/** The parameters of one stage, checked, with their defaults; what a provider makes it of. */
public final class StageValues {
  private final StageSpec spec;
  private final List<StageParameter> parameters;

  StageValues(StageSpec spec, List<StageParameter> parameters) {
    this.spec = spec;
    this.parameters = parameters;
  }

  /** Whether the configuration gives it. */
  public boolean given(String name) {
    return spec.parameters().containsKey(parameter(name).name());
  }

  /** A text, or the name that was chosen; null where none is given and there is no default. */
  public String text(String name) {
    StageParameter parameter = parameter(name);
    Object value = spec.parameters().get(name);
    return value == null ? parameter.otherwise() : value.toString();
  }

  /** The chosen name as a constant: {@code keep-all} is {@code KEEP_ALL}. */
  public <E extends Enum<E>> E choice(String name, Class<E> type) {
    return Enum.valueOf(type, text(name).toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  public long whole(String name) {
    return Long.parseLong(text(name));
  }

  /** A list of texts; empty where none is given. */
  public List<String> texts(String name) {
    Object value = spec.parameters().get(parameter(name).name());
    if (value == null) {
      return List.of();
    }
    return value instanceof List<?> list
        ? list.stream().map(Object::toString).toList()
        : List.of(value.toString());
  }

  /** The lower-case hexadecimal SHA-256 of the stage's file; null if it has none. */
  public String sha256() {
    return spec.sha256();
  }

  /**
   * The bytes of the stage's file, unpacked anew by each call.
   *
   * @return null if no file is given
   * @throws org.seqlm.UserException with exit code 3 if they are not those of {@link #sha256}
   * @throws IllegalStateException if the configuration was not resolved
   */
  public byte[] content() {
    return spec.bytes();
  }

  private StageParameter parameter(String name) {
    return parameters.stream()
        .filter(parameter -> parameter.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(spec.name() + " has no " + name));
  }
}
