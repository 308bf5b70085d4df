import { useData } from 'vitepress';
import { defineComponent, h, onMounted, ref, watch } from 'vue';

let count = 0;

/** Draws a diagram of mermaid in the browser, light or dark as the page is. Until then, and without scripts, it is text. */
export default defineComponent({
  props: { code: { type: String, required: true } },
  setup(props) {
    const { isDark } = useData();
    const svg = ref('');
    const text = decodeURIComponent(props.code);
    const draw = async () => {
      const { default: mermaid } = await import('mermaid');
      mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', theme: isDark.value ? 'dark' : 'neutral' });
      count += 1;
      svg.value = (await mermaid.render(`diagram-${count}`, text)).svg;
    };
    onMounted(draw);
    watch(isDark, draw);
    return () =>
      svg.value === ''
        ? h('pre', { class: 'diagram' }, text)
        : h('div', { class: 'diagram', role: 'img', 'aria-label': 'Diagram', innerHTML: svg.value });
  },
});
