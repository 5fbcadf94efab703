// What do the fields of Gradio say in Chinese? Their English is in spkbound/ui.
export const FIELDS = {
};
