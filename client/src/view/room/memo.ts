// A component that draws again only when one of its properties is another: for what stands still while counts move.
import { Component, type ComponentType, type FunctionComponent, h } from "preact";

export function memo<P extends object>(view: FunctionComponent<P>): ComponentType<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const was = this.props as Record<string, unknown>;
      const is = next as Record<string, unknown>;
      return [...Object.keys(was), ...Object.keys(is)].some((key) => was[key] !== is[key]);
    }
    override render() {
      return h(view as FunctionComponent, this.props);
    }
  };
}
