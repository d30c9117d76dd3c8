package org.seqlm.neural.dl4j.layers;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A layer's parameters as consecutive parts of its view of the network's flat array. A subclass
 * says which parts there are and how they begin.
 */
abstract class Parameters implements ParamInitializer {
  /** What a part is to weight decay and to updaters of biases. */
  enum Role {
    WEIGHT,
    BIAS
  }

  /**
   * A part.
   *
   * @param order of its elements: 'f' puts (in, out) where (out, in) is row-major
   */
  record Part(String key, Role role, char order, long... shape) {
    long length() {
      long length = 1;
      for (long extent : shape) {
        length *= extent;
      }
      return length;
    }
  }

  abstract List<Part> parts(Layer layer);

  /** Gives a part its first values. */
  abstract void begin(BaseLayer layer, Part part, INDArray view);

  /** The views of a flat array, by key. */
  private Map<String, INDArray> views(Layer layer, INDArray flat) {
    INDArray all = flat.reshape(flat.length());
    Map<String, INDArray> views = new LinkedHashMap<>();
    long at = 0;
    for (Part part : parts(layer)) {
      INDArray interval = all.get(NDArrayIndex.interval(at, at + part.length()));
      views.put(part.key(), interval.reshape(part.order(), part.shape()));
      at += part.length();
    }
    if (at != flat.length()) {
      throw new IllegalStateException(
          "layer " + layer.getLayerName() + " has " + at + " parameters, not " + flat.length());
    }
    return views;
  }

  @Override
  public Map<String, INDArray> init(
      NeuralNetConfiguration conf, INDArray flat, boolean initializeParams) {
    BaseLayer layer = (BaseLayer) conf.getLayer();
    Map<String, INDArray> views = views(layer, flat);
    for (Part part : parts(layer)) {
      conf.addVariable(part.key());
      if (initializeParams) {
        begin(layer, part, views.get(part.key()));
      }
    }
    return views;
  }

  /** Random first values as the layer's configuration asks. */
  static void draw(IWeightInit how, double fanIn, double fanOut, Part part, INDArray view) {
    how.init(
        fanIn,
        fanOut,
        part.shape(),
        part.order(),
        view.reshape(part.order(), new long[] {view.length()}));
  }

  @Override
  public Map<String, INDArray> getGradientsFromFlattened(
      NeuralNetConfiguration conf, INDArray gradients) {
    return views(conf.getLayer(), gradients);
  }

  @Override
  public long numParams(NeuralNetConfiguration conf) {
    return numParams(conf.getLayer());
  }

  @Override
  public long numParams(Layer layer) {
    return parts(layer).stream().mapToLong(Part::length).sum();
  }

  @Override
  public List<String> paramKeys(Layer layer) {
    return parts(layer).stream().map(Part::key).toList();
  }

  @Override
  public List<String> weightKeys(Layer layer) {
    return keys(layer, Role.WEIGHT);
  }

  @Override
  public List<String> biasKeys(Layer layer) {
    return keys(layer, Role.BIAS);
  }

  private List<String> keys(Layer layer, Role role) {
    return parts(layer).stream().filter(part -> part.role() == role).map(Part::key).toList();
  }

  @Override
  public boolean isWeightParam(Layer layer, String key) {
    return weightKeys(layer).contains(key);
  }

  @Override
  public boolean isBiasParam(Layer layer, String key) {
    return biasKeys(layer).contains(key);
  }

  /** What every layer is given when it is made. */
  static void give(
      org.deeplearning4j.nn.layers.BaseLayer<?> layer,
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray flat,
      boolean initializeParams) {
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(flat);
    layer.setParamTable(conf.getLayer().initializer().init(conf, flat, initializeParams));
    layer.setConf(conf);
  }

  /**
   * Deeplearning4j's report of a layer's memory.
   *
   * @param kept values an example that the backward pass needs
   */
  static LayerMemoryReport memory(BaseLayer layer, InputType input, InputType output, long kept) {
    long parameters = layer.initializer().numParams(layer);
    return new LayerMemoryReport.Builder(layer.getLayerName(), layer.getClass(), input, output)
        .standardMemory(parameters, layer.getIUpdater().stateSize(parameters))
        .workingMemory(0, 0, 0, kept)
        .cacheMemory(MemoryReport.CACHE_MODE_ALL_ZEROS, MemoryReport.CACHE_MODE_ALL_ZEROS)
        .build();
  }
}
