import { elementType } from '../tensor-proto.ts';
import { broadcastShapes, type ShapeRule } from './shape-rule.ts';

const likeFirstInput: ShapeRule = ({ node }) => {
  const { elementType: type, shape } = node.input(0);
  return [{ elementType: type, shape }];
};

const broadcast: ShapeRule = ({ node }) => [
  {
    elementType: node.input(0).elementType,
    shape: broadcastShapes(node.proto.input.map((_, i) => node.input(i).shape)),
  },
];

const compare: ShapeRule = (context) => [{ ...broadcast(context)[0], elementType: elementType.bool }];

function rules(operators: string, rule: ShapeRule): Record<string, ShapeRule> {
  return Object.fromEntries(operators.split(' ').map((operator) => [operator, rule]));
}

/** Operators whose output has the shape of their input, or of their inputs broadcast together. */
export const elementwiseShapes: Record<string, ShapeRule> = {
  ...rules(
    'Abs Acos Acosh Asin Asinh Atan Atanh BatchNormalization Ceil Celu Clip Cos Cosh CumSum Elu Erf Exp Floor Gelu GroupNormalization ' +
      'HardSigmoid HardSwish Hardmax Identity InstanceNormalization LRN LayerNormalization LeakyRelu Log LogSoftmax ' +
      'LpNormalization MeanVarianceNormalization Mish Neg PRelu RMSNormalization Reciprocal Relu Round Selu Sigmoid Sign ' +
      'Sin Sinh Softmax Softplus Softsign Sqrt Swish Tan Tanh ThresholdedRelu Trilu',
    likeFirstInput,
  ),
  ...rules('Add Sub Mul Div Pow Mod Min Max Sum Mean', broadcast),
  ...rules('Equal Greater GreaterOrEqual Less LessOrEqual And Or Xor', compare),
  ...rules('Not IsNaN IsInf', (context) => [{ ...likeFirstInput(context)[0], elementType: elementType.bool }]),
  Where: ({ node }) => [
    {
      elementType: node.input(1).elementType,
      shape: broadcastShapes([node.input(0).shape, node.input(1).shape, node.input(2).shape]),
    },
  ],
  Cast: ({ node }) => [{ elementType: node.int('to', elementType.float), shape: node.input(0).shape }],
  CastLike: ({ node }) => [{ elementType: node.input(1).elementType, shape: node.input(0).shape }],
  Dropout: ({ node }) => [likeFirstInput({ node, fresh: () => 1 })[0], { elementType: elementType.bool }],
};
